import { Link } from "@tanstack/react-router";

import type { Column } from "../../parts/data-table.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { Duration, Elapsed, TimeText } from "../../parts/time-text.tsx";
import { LateBy } from "./late-by.tsx";
import type { Run } from "./run-queries.ts";
import { shortTask, toOutcomeWords } from "./run-words.ts";

/** Status · what ran · due · took and late · what became of it · by whom. */
export const RUN_COLUMNS: readonly Column<Run>[] = [
  {
    key: "status",
    header: "Status",
    phone: "status",
    cell: ({ id, status }) => (
      <Link to="/runs/$id" params={{ id }} className="plain">
        <StatusBadge status={status} />
      </Link>
    ),
  },
  {
    key: "schedule",
    header: "Run",
    phone: "title",
    cell: ({ id, task, schedule, origin, dryRun }) => (
      <span className="name-cell" title={task}>
        <Link to="/runs/$id" params={{ id }} className="name">
          {schedule ?? shortTask(task)}
        </Link>
        {origin !== "SCHEDULE" && <span className="chip">{toWord(origin).toLowerCase()}</span>}
        {dryRun && <span className="chip">dry run</span>}
      </span>
    ),
  },
  { key: "due", header: "Due", cell: ({ dueAt, createdAt }) => <TimeText at={dueAt ?? createdAt} /> },
  {
    key: "took",
    header: "Took",
    cell: ({ status, dueAt, startedAt, finishedAt }) => (
      <span className="last-cell">
        {status === "PROCESSING" && startedAt !== null ? (
          <Elapsed since={startedAt} />
        ) : (
          <Duration
            ms={startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt)}
          />
        )}
        <LateBy dueAt={dueAt} startedAt={startedAt} />
      </span>
    ),
  },
  {
    key: "outcome",
    header: "Outcome",
    className: "outcome-cell",
    cell: (run) => {
      const words = toOutcomeWords(run);
      return (
        <span className="cut" title={run.error ?? run.reason ?? words}>
          {words}
        </span>
      );
    },
  },
  {
    key: "tries",
    header: "Tries",
    className: "number",
    phone: "hide",
    cell: ({ attempt, maxAttempts }) => (
      <span className={attempt > 1 ? "" : "meta"} title={`of ${maxAttempts} at most`}>
        {attempt}
      </span>
    ),
  },
  {
    key: "by",
    header: "By",
    phone: "hide",
    cell: ({ requestedBy }) => <span className="meta">{requestedBy ?? ""}</span>,
  },
];
