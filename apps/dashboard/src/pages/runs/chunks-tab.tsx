import { Link } from "@tanstack/react-router";

import { DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Duration, Elapsed } from "../../parts/time-text.tsx";
import type { Run } from "./run-queries.ts";
import { toOutcomeWords } from "./run-words.ts";

/** The runs that share this one's work on other workers. */
export function ChunksTab({ chunks }: { readonly chunks: readonly Run[] }) {
  if (chunks.length === 0)
    return (
      <Empty title="It did its work alone">
        A run with much to do asks others to share it; they appear here, each with its worker.
      </Empty>
    );
  return (
    <DataTable
      label="Chunks"
      rows={chunks}
      keyOf={({ id }) => id}
      columns={[
        {
          key: "status",
          header: "Status",
          phone: "title",
          cell: ({ id, status }) => (
            <Link to="/runs/$id" params={{ id }} className="plain">
              <StatusBadge status={status} />
            </Link>
          ),
        },
        { key: "worker", header: "Worker", cell: ({ worker }) => <span className="mono">{worker ?? "none yet"}</span> },
        {
          key: "took",
          header: "Took",
          cell: ({ startedAt, finishedAt }) =>
            startedAt !== null && finishedAt === null ? (
              <Elapsed since={startedAt} />
            ) : (
              <Duration
                ms={startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt)}
              />
            ),
        },
        { key: "outcome", header: "Outcome", cell: toOutcomeWords },
      ]}
    />
  );
}
