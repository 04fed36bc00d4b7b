import { useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Duration, TimeText } from "../../parts/time-text.tsx";

type Process = Schemas["Process"];

const EVERY_MS = 10_000;

/** Beats, workers and apis, with how long they have been silent; and the store of the queues. */
export function Processes() {
  const { data, error, refetch } = useQuery({
    queryKey: ["overview", "processes"],
    queryFn: () => dataOf(api.GET("/api/v1/processes")),
    refetchInterval: EVERY_MS,
  });
  return (
    <section aria-labelledby="processes">
      <h2 id="processes" className="section">
        Processes
      </h2>
      {data === undefined && error === null && <Loading what="the processes" rows={3} />}
      {data === undefined && error !== null && (
        <ErrorState what="The processes" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <Empty title="No process has been heard of">A beat and a worker appear here with their first heartbeat.</Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <DataTable label="Processes" rows={data.items} columns={COLUMNS} keyOf={({ id }) => id} />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<Process>[] = [
  { key: "kind", header: "Process", cell: ({ kind }) => <span className="name">{kind}</span>, phone: "title" },
  {
    key: "living",
    header: "State",
    cell: ({ living }) => <StatusBadge tone={living ? "finished" : "failed"} word={living ? "Living" : "Silent"} />,
    phone: "status",
  },
  { key: "host", header: "Host", cell: ({ host, pid }) => <span className="mono">{`${host}:${pid}`}</span> },
  { key: "since", header: "Started", cell: ({ startedAt }) => <TimeText at={startedAt} /> },
  {
    key: "silent",
    header: "Last heartbeat",
    cell: ({ silentMs }) => (
      <span>
        <Duration ms={silentMs} /> ago
      </span>
    ),
  },
];
