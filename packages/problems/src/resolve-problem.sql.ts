import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { COLUMNS, type ProblemRow } from "./load-problems.sql.ts";
import { NOTE_CODE_POINTS } from "./storable-problem.ts";

export interface Resolution {
  readonly id: bigint;
  readonly by: string;
  /** What was done about it. */
  readonly note: string;
  /** True where a person lives with it: the same reason does not open it again. */
  readonly accepted: boolean;
  /** The version that was looked at; without one any is meant. */
  readonly version?: number | undefined;
  readonly at: Date;
}

export type ResolutionOutcome =
  | { readonly outcome: "RESOLVED"; readonly problem: ProblemRow }
  | { readonly outcome: "CLOSED" | "CHANGED"; readonly problem: ProblemRow }
  | { readonly outcome: "NOT_FOUND"; readonly problem: null };

/** Closes a problem as a person says; one that is closed, or not as it was looked at, stays as it is. */
export async function resolveProblem(
  tx: Database | Transaction,
  { id, by, note, accepted, version, at }: Resolution,
): Promise<ResolutionOutcome> {
  const isAsSeen = version === undefined ? Prisma.sql`true` : Prisma.sql`version = ${version}`;
  const [resolved] = await tx.$queryRaw<ProblemRow[]>(Prisma.sql`
    UPDATE problem SET closed_at = ${at}, ending = 'BY_PERSON', closed_by = ${toStorableText(by, NOTE_CODE_POINTS)},
      note = ${toStorableText(note, NOTE_CODE_POINTS)}, accepted = ${accepted}, version = version + 1
    WHERE id = ${id} AND closed_at IS NULL AND ${isAsSeen}
    RETURNING ${COLUMNS}`);
  if (resolved !== undefined) return { outcome: "RESOLVED", problem: resolved };
  const [problem] = await tx.$queryRaw<ProblemRow[]>(Prisma.sql`SELECT ${COLUMNS} FROM problem WHERE id = ${id}`);
  if (problem === undefined) return { outcome: "NOT_FOUND", problem: null };
  return { outcome: problem.closedAt === null ? "CHANGED" : "CLOSED", problem };
}
