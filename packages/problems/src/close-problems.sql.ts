import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { ProblemKind, ProblemSubject } from "./problem-kind.ts";
import { NOTE_CODE_POINTS, toStorableSubject } from "./storable-problem.ts";

export interface GoneCauses {
  readonly kind: ProblemKind | readonly ProblemKind[];
  readonly subjects: readonly ProblemSubject[];
  /** Why nobody need look any more: `the record was taken`. */
  readonly reason: string;
  readonly at: Date;
}

/**
 * Closes what is open of a kind, since its cause is gone; in the transaction of what made it go. What a person accepted is
 * accepted no longer: should it come again, it is news. Returns how many rows that were.
 */
export async function closeProblems(
  db: Database | Transaction,
  { kind, subjects, reason, at }: GoneCauses,
): Promise<number> {
  if (subjects.length === 0) return 0;
  const gone = subjects.map(toStorableSubject);
  return await closeAll(
    db,
    Prisma.sql`
      SELECT problem.id FROM problem JOIN jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) AS gone(type text, key text)
        ON problem.subject_type = gone.type AND problem.subject_key = gone.key
      WHERE problem.kind = ANY(${namesOf(kind)}::text[]) AND (problem.closed_at IS NULL OR problem.accepted)`,
    reason,
    at,
  );
}

export interface UnseenProblems {
  readonly kind: ProblemKind | readonly ProblemKind[];
  /** Of these subjects only. */
  readonly subjectType?: string;
  readonly before: Date;
  readonly reason: string;
  readonly at: Date;
}

/** As `closeProblems`, for what a search through everything has not seen again since `before`. */
export async function closeUnseenProblems(
  db: Database | Transaction,
  { kind, subjectType, before, reason, at }: UnseenProblems,
): Promise<number> {
  const ofType = subjectType === undefined ? Prisma.empty : Prisma.sql`AND subject_type = ${subjectType}`;
  const isUnseen = Prisma.sql`kind = ANY(${namesOf(kind)}::text[]) ${ofType} AND last_seen_at < ${before}`;
  return await closeAll(db, knownWhere(isUnseen), reason, at);
}

export interface ConditionOfGone {
  readonly kind: ProblemKind | readonly ProblemKind[];
  /** True of a row of `problem` whose cause is gone; says `problem.subject_key`, `problem.detail`, for its own tables have columns too. */
  readonly isGone: Prisma.Sql;
  readonly reason: string;
  readonly at: Date;
}

/** As `closeProblems`, for a kind of which the tables say themselves what is the case no more, whoever made it go. */
export async function closeGoneProblems(
  db: Database | Transaction,
  { kind, isGone, reason, at }: ConditionOfGone,
): Promise<number> {
  const isOfKind = Prisma.sql`problem.kind = ANY(${namesOf(kind)}::text[])`;
  // CASE, for what `isGone` makes of a key may be an error for the keys of other kinds.
  const condition = Prisma.sql`${isOfKind} AND CASE WHEN ${isOfKind} THEN ${isGone} ELSE false END`;
  return await closeAll(db, knownWhere(condition), reason, at);
}

/** What is open or accepted. Two questions for two partial indexes: what is closed and not accepted may be millions of rows. */
const knownWhere = (condition: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT problem.id FROM problem WHERE problem.closed_at IS NULL AND ${condition} UNION ALL
  SELECT problem.id FROM problem WHERE problem.accepted AND ${condition}`;

const namesOf = (kind: ProblemKind | readonly ProblemKind[]): string[] => [kind].flat().map(({ name }) => name);

/** Locks in the order in which `openProblems` does. Whoever closed one before stays on record. */
async function closeAll(db: Database | Transaction, ids: Prisma.Sql, reason: string, at: Date): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    WITH gone AS MATERIALIZED (
      SELECT id FROM problem WHERE id IN (${ids}) AND (closed_at IS NULL OR accepted)
      ORDER BY accepted DESC, kind, subject_type, subject_key FOR NO KEY UPDATE
    )
    UPDATE problem SET closed_at = coalesce(closed_at, ${at}), ending = coalesce(ending, 'BY_ITSELF'), accepted = false,
      note = CASE WHEN closed_at IS NULL THEN ${toStorableText(reason, NOTE_CODE_POINTS)} ELSE note END,
      version = version + 1
    FROM gone WHERE problem.id = gone.id`);
}
