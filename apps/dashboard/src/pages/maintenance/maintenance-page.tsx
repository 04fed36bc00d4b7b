import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@mantine/core";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Duration, TimeText } from "../../parts/time-text.tsx";
import { CloseWindow } from "./close-window.tsx";
import { NewWindow } from "./new-window.tsx";

type MaintenanceWindow = Schemas["MaintenanceWindow"];
type Period = Schemas["MaintenancePeriod"];

const route = getRouteApi("/maintenance");
const FIELDS = [{ name: "open", about: "false: also those that are over", options: ["true", "false"] }];
const STATES = {
  IN_FORCE: { tone: "late", word: "In force" },
  PLANNED: { tone: "planned", word: "Planned" },
  OVER: { tone: "skipped", word: "Over" },
} as const;

/** Times in which runs wait: what is in force, what comes, and what was. */
export function MaintenancePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayChange = useMay("operator");
  const [isNew, setIsNew] = useState(false);
  const { open = "true", cursor } = search;
  const query = { ...(open === "true" ? { open } : {}), ...(cursor === undefined ? {} : { cursor }) };
  const list = useQuery({
    queryKey: ["maintenance", query],
    queryFn: () => dataOf(api.GET("/api/v1/maintenance-windows", { params: { query } })),
    placeholderData: keepPreviousData,
  });
  const periods = useQuery({
    queryKey: ["maintenance", "periods"],
    queryFn: () => dataOf(api.GET("/api/v1/maintenance-periods", { params: { query: { limit: 20 } } })),
  });
  return (
    <>
      <PageHeader
        title="Maintenance"
        actions={
          mayChange && (
            <Button size="xs" onClick={() => setIsNew(!isNew)} aria-expanded={isNew}>
              New window
            </Button>
          )
        }
      >
        While a window is in force no worker takes up the runs that it holds; those under way go on to their end.
      </PageHeader>
      {isNew && <NewWindow onDone={() => setIsNew(false)} />}
      <ListView
        what="windows"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A window that is in force or planned appears here; the history is below."
      />
      <h2 className="section">When windows were in force</h2>
      {periods.error !== null && <ErrorState what="The history" error={periods.error} />}
      {periods.data?.items.length === 0 && <p className="meta">None has been so far.</p>}
      {periods.data !== undefined && periods.data.items.length > 0 && (
        <DataTable label="Past windows" rows={periods.data.items} columns={PERIOD_COLUMNS} keyOf={({ id }) => id} />
      )}
    </>
  );
}

const whose = ({ queues, schedules }: MaintenanceWindow): string =>
  [...queues, ...schedules].join(", ") || "all queues";

const COLUMNS: readonly Column<MaintenanceWindow>[] = [
  { key: "name", header: "Window", cell: ({ name }) => <span className="name">{name}</span>, phone: "title" },
  { key: "state", header: "State", cell: ({ state }) => <StatusBadge {...STATES[state]} />, phone: "status" },
  { key: "reason", header: "Why", cell: ({ reason }) => reason },
  { key: "whose", header: "Holds runs of", cell: whose },
  {
    key: "when",
    header: "When",
    cell: ({ inForceUntil, nextStarts, crontab, durationMs }) => (
      <>
        {inForceUntil !== null && (
          <>
            ends <TimeText at={inForceUntil} />
          </>
        )}
        {inForceUntil === null && nextStarts[0] !== undefined && (
          <>
            begins <TimeText at={nextStarts[0]} />
          </>
        )}
        {crontab !== null && (
          <span className="meta">
            {" "}
            <span className="mono">{crontab}</span>, each <Duration ms={durationMs} />
          </span>
        )}
      </>
    ),
  },
  {
    key: "act",
    header: <span className="for-readers">What can be done</span>,
    cell: (window) => window.state !== "OVER" && <CloseWindow window={window} />,
  },
];

const PERIOD_COLUMNS: readonly Column<Period>[] = [
  { key: "name", header: "Window", cell: ({ name }) => <span className="name">{name}</span>, phone: "title" },
  { key: "from", header: "From", cell: ({ startsAt }) => <TimeText at={startsAt} absolute /> },
  {
    key: "took",
    header: "For",
    cell: ({ startsAt, endsAt }) => <Duration ms={Date.parse(endsAt) - Date.parse(startsAt)} />,
    phone: "status",
  },
  { key: "reason", header: "Why", cell: ({ reason }) => reason },
  {
    key: "ended",
    header: "Ended early",
    cell: ({ endedBy, endedReason }) => (endedBy === null ? "" : `${endedBy}: ${endedReason ?? ""}`),
    phone: "hide",
  },
];
