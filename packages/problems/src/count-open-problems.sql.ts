import { type Database, Prisma } from "@drumline/db";

import type { ProblemSeverity } from "./problem-kind.ts";

export interface OpenCount {
  readonly severity: ProblemSeverity;
  readonly context: string;
  readonly kind: string;
  /** No more than `MOST_COUNTED`: that many and more look the same. */
  readonly count: number;
}

export const MOST_COUNTED = 1_000;

/**
 * Open problems by severity and kind, the gravest first. Its price does not grow with the table: one step in the index of
 * what is open for each kind, and no more than `MOST_COUNTED` entries read of each.
 */
export async function countOpenProblems(db: Database): Promise<OpenCount[]> {
  return await db.$queryRaw<OpenCount[]>(countOpenProblemsQuery());
}

export const countOpenProblemsQuery = (): Prisma.Sql => Prisma.sql`
    WITH RECURSIVE kinds AS (
      (SELECT severity, kind, context FROM problem WHERE closed_at IS NULL ORDER BY severity DESC, kind DESC LIMIT 1)
      UNION ALL
      SELECT next.* FROM kinds, LATERAL (
        SELECT severity, kind, context FROM problem
        WHERE closed_at IS NULL AND (severity, kind) < (kinds.severity, kinds.kind)
        ORDER BY severity DESC, kind DESC LIMIT 1) AS next
    )
    SELECT kinds.severity::text, kinds.kind, kinds.context, first.count::int
    FROM kinds, LATERAL (
      SELECT count(*) FROM (
        -- By the order of the index, or the planner may look for a rare kind among all that is open.
        SELECT severity, kind FROM problem
        WHERE closed_at IS NULL AND (severity, kind, id) > (kinds.severity, kinds.kind, 0)
        ORDER BY severity, kind, id LIMIT ${MOST_COUNTED}
      ) AS counted WHERE counted.severity = kinds.severity AND counted.kind = kinds.kind) AS first
    ORDER BY kinds.severity DESC, kinds.kind`;

/** How many are open of a severity, by what was counted of each kind. */
export const countOfSeverity = (counts: readonly OpenCount[], severity: ProblemSeverity): number =>
  counts.reduce((sum, one) => (one.severity === severity ? sum + one.count : sum), 0);
