import { useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Duration, TimeText } from "../../parts/time-text.tsx";

type Overview = Schemas["Overview"];
type Run = Schemas["Run"];

/** Is all well; what is late; what is to be done. */
export function OverviewPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["overview"],
    queryFn: () => dataOf(api.GET("/api/v1/overview")),
    refetchInterval: 10_000,
  });
  if (data === undefined)
    return error === null ? (
      <Loading what="the overview" />
    ) : (
      <ErrorState what="The overview" error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <PageHeader title="Overview" />
      <Sentence overview={data} />
      <h2 className="section">Latest runs</h2>
      <DataTable
        label="Latest runs"
        rows={data.runs}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        changeOf={({ status }) => status}
      />
    </>
  );
}

function Sentence({ overview: { reasons, schedules, runs } }: { overview: Overview }) {
  if (reasons.length > 0)
    return (
      <ul className="reasons">
        {reasons.map(({ code, message }) => (
          <li key={message}>
            <StatusBadge tone="failed" word={code.toLowerCase().replaceAll("_", " ")} /> {message}
          </li>
        ))}
      </ul>
    );
  const on = schedules.filter(({ enabled }) => enabled).length;
  const running = runs.filter(({ status }) => status === "PROCESSING").length;
  return (
    <p className="sentence">
      All well. {on} schedules on, {running} running.
    </p>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  { key: "task", header: "Task", cell: ({ task }) => <span className="name">{task}</span>, phone: "title" },
  { key: "status", header: "Status", cell: ({ status }) => <StatusBadge status={status} />, phone: "status" },
  { key: "when", header: "When", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  {
    key: "took",
    header: "Took",
    cell: ({ startedAt, finishedAt }) => (
      <Duration
        ms={startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt)}
      />
    ),
    className: "number",
  },
];
