import { Prisma } from "@drumline/db";

import type { LogLine } from "./run-journal.ts";

/** Lines of a run, on their way into the ledger beside its lease or its end. */
export interface RunLines {
  readonly id: string;
  readonly lines: readonly LogLine[];
}

/**
 * The part of a statement that writes log lines beside what it does to their runs; empty where there are none. The
 * statement's `held` (id, log_lines) are the runs whose lease is still ours, locked: with `log_lines`, the number of the
 * last line that is written, each line is written once however often the statement is repeated.
 */
export function insertLines(runs: readonly RunLines[]): Prisma.Sql {
  const given = runs.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, id })));
  if (given.length === 0) return Prisma.empty;
  return Prisma.sql`, line AS (
    INSERT INTO run_log (run_id, at, level, message, fields)
    SELECT held.id, l.at, l.level, l.message, l.fields
    FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS l(id uuid, no int, at timestamptz, level text, message text, fields jsonb)
    JOIN held ON held.id = l.id AND l.no > held.log_lines
    ORDER BY l.id, l.no)`;
}

/** The number of the last of these lines; 0 for none. */
export const lastNoOf = (lines: readonly LogLine[]): number => lines.at(-1)?.no ?? 0;
