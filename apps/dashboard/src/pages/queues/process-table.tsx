import type { Schemas } from "../../client/api.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { toDuration } from "../../parts/format-time.ts";

type Process = Schemas["QueueProcess"];

/** Every beat, worker and api that showed life within a day, and what it does. */
export function ProcessTable({ processes }: { readonly processes: readonly Process[] }) {
  return <DataTable label="Processes" rows={processes} columns={COLUMNS} keyOf={({ id }) => id} />;
}

const COLUMNS: readonly Column<Process>[] = [
  {
    key: "kind",
    header: "Process",
    phone: "title",
    cell: ({ kind, host, pid }) => (
      <span className="name-cell">
        <span className="name">{kind}</span>
        <span className="mono meta">
          {host}:{pid}
        </span>
      </span>
    ),
  },
  {
    key: "living",
    header: "State",
    phone: "status",
    cell: ({ living, silentMs }) =>
      living ? (
        <StatusBadge tone="finished" word="Alive" />
      ) : (
        <StatusBadge tone="failed" word={`Silent for ${toDuration(silentMs)}`} />
      ),
  },
  { key: "queues", header: "Queues", cell: ({ queues }) => <span className="meta">{queues?.join(", ") ?? ""}</span> },
  {
    key: "running",
    header: "Under way",
    className: "number",
    cell: ({ running, concurrency }) =>
      running === null ? (
        ""
      ) : (
        <span>
          {running} {concurrency !== null && <span className="meta">of {concurrency} a queue</span>}
        </span>
      ),
  },
  { key: "since", header: "Started", cell: ({ startedAt }) => <TimeText at={startedAt} /> },
];
