import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { act } from "../../parts/act.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { REQUEST_STATUSES } from "./integration-search.ts";
import { IntegrationTabs } from "./integration-tabs.tsx";
import { TaskStatus } from "./task-words.tsx";

type WebhookRequest = Schemas["WebhookRequest"];

const route = getRouteApi("/integration/requests");

const FIELDS = [
  { name: "status", about: "What became of it", options: REQUEST_STATUSES },
  { name: "source", about: "Name of the sender" },
  { name: "topic", about: "What it told of" },
];

/** What came in by webhook, and what became of it. */
export function WebhookRequestsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["webhook-requests", search],
    queryFn: () => dataOf(api.GET("/api/v1/webhook-requests", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Integration" tab="Webhook requests">
        What came in by webhook: kept first, answered at once, worked on later.
      </PageHeader>
      <IntegrationTabs />
      <ListView
        what="requests"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A webhook that a known sender posts appears here."
      />
    </>
  );
}

const replay = ({ id }: WebhookRequest) =>
  act("Handing it on", "It is handed on once more", ["webhook-requests"], () =>
    dataOf(api.POST("/api/v1/webhook-requests/{id}/replay", { params: { path: { id } } })),
  );

const COLUMNS: readonly Column<WebhookRequest>[] = [
  { key: "source", header: "From", cell: ({ source }) => <span className="name">{source}</span>, phone: "title" },
  { key: "status", header: "Status", cell: ({ status }) => <TaskStatus word={status} />, phone: "status" },
  { key: "topic", header: "Topic", cell: ({ topic }) => topic ?? "" },
  { key: "event", header: "Event", className: "mono", cell: ({ eventId }) => eventId, phone: "hide" },
  { key: "error", header: "Error", cell: ({ error }) => error ?? "", phone: "hide" },
  { key: "attempts", header: "Attempts", className: "number", cell: ({ attempts }) => attempts, phone: "hide" },
  { key: "received", header: "Came in", cell: ({ receivedAt }) => <TimeText at={receivedAt} /> },
  {
    key: "act",
    header: <span className="for-readers">What can be done</span>,
    cell: (request) =>
      request.status !== "RECEIVED" && (
        <Button size="compact-xs" variant="default" onClick={() => void replay(request)}>
          Replay
        </Button>
      ),
  },
];
