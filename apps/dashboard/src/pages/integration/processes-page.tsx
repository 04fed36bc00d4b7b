import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Duration, TimeText } from "../../parts/time-text.tsx";
import { JOBS, RUN_STATUSES } from "./integration-search.ts";
import { IntegrationTabs } from "./integration-tabs.tsx";

type Process = Schemas["IntegrationProcess"];

const route = getRouteApi("/integration/processes");

const FIELDS = [
  { name: "job", about: "What it did", options: JOBS },
  { name: "status", about: "How it ended", options: RUN_STATUSES },
  { name: "schedule", about: "Key of its schedule" },
];

/** Runs of the integration: what was fetched, and what was sent. */
export function IntegrationProcessesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["runs", "integration", search],
    queryFn: () => dataOf(api.GET("/api/v1/integration/processes", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Integration" tab="Processes">
        Runs that fetched records and runs that sent tasks, with their counts.
      </PageHeader>
      <IntegrationTabs />
      <ListView
        what="processes"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A process appears here when a schedule of the integration runs, or a webhook comes in."
      />
    </>
  );
}

const COLUMNS: readonly Column<Process>[] = [
  {
    key: "what",
    header: "Process",
    cell: ({ schedule, task }) => <span className="name">{schedule ?? task}</span>,
    phone: "title",
  },
  {
    key: "outcome",
    header: "Outcome",
    cell: ({ outcome }) =>
      outcome === "PARTIAL" ? <StatusBadge tone="late" word="Partly" /> : <StatusBadge status={outcome} />,
    phone: "status",
  },
  { key: "counts", header: "Counts", cell: ({ result, error }) => error ?? toCounts(result) },
  {
    key: "bad",
    header: "Failed records",
    className: "number",
    cell: ({ problemCount }) => problemCount,
    phone: "hide",
  },
  {
    key: "took",
    header: "Took",
    cell: ({ startedAt, finishedAt }) => <Duration ms={tookMs(startedAt, finishedAt)} />,
    phone: "hide",
  },
  { key: "begun", header: "Begun", cell: ({ startedAt, createdAt }) => <TimeText at={startedAt ?? createdAt} /> },
];

const tookMs = (startedAt: string | null, finishedAt: string | null): number | null =>
  startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);

/** `12 created, 3 failed`: the counts of a result, those of nothing left out. */
function toCounts(result: unknown): string {
  if (typeof result !== "object" || result === null) return "";
  return Object.entries(result)
    .filter(([, count]) => typeof count === "number" && count > 0)
    .map(([name, count]) => `${String(count)} ${name}`)
    .join(", ");
}
