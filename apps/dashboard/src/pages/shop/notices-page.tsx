import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { act } from "../../parts/act.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { NOTICE_STATUSES } from "./shop-search.ts";
import { ShopTabs } from "./shop-tabs.tsx";
import { ShopStatus } from "./shop-words.tsx";

type Notice = Schemas["Notice"];

const route = getRouteApi("/shop/notices");

const FIELDS = [
  { name: "status", about: "FAILED waits for a person", options: NOTICE_STATUSES },
  { name: "kind", about: "confirmed, shipped, reminder, …" },
  { name: "orderId", about: "Of one order" },
];

/** What customers are told, before it is a mail. */
export function ShopNoticesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-notices", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/notices", { params: { query: search as never } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Notices">
        What customers are told. One that is queued is a mail from then on.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="notices"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A notice appears here when an order is confirmed, packed, shipped or delivered."
      />
    </>
  );
}

const retry = ({ id }: Notice) =>
  act("Retrying the notice", "It is due again; the next run takes it", ["shop-notices", "problems"], () =>
    dataOf(api.POST("/api/v1/shop/notices/{id}/retry", { params: { path: { id } } })),
  );

const COLUMNS: readonly Column<Notice>[] = [
  {
    key: "kind",
    header: "Notice",
    cell: ({ kind }) => <span className="name">{toWord(kind.replaceAll("-", "_"))}</span>,
    phone: "title",
  },
  { key: "status", header: "Status", cell: ({ status }) => <ShopStatus word={status} />, phone: "status" },
  {
    key: "order",
    header: "Order",
    cell: ({ orderId }) =>
      orderId === null ? (
        ""
      ) : (
        <Link to="/shop/orders/$id" params={{ id: orderId }}>
          {orderId}
        </Link>
      ),
  },
  { key: "error", header: "Error", cell: ({ error }) => error ?? "" },
  { key: "occurred", header: "Happened", cell: ({ occurredAt }) => <TimeText at={occurredAt} /> },
  { key: "due", header: "Due", cell: ({ dueAt }) => <TimeText at={dueAt} />, phone: "hide" },
  {
    key: "act",
    header: <span className="for-readers">What can be done</span>,
    cell: (notice) =>
      notice.status === "FAILED" && (
        <Button size="compact-xs" variant="default" onClick={() => void retry(notice)}>
          Retry
        </Button>
      ),
  },
];
