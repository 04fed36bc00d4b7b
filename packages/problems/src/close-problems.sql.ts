import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { ProblemKind, ProblemSubject } from "./problem-kind.ts";
import { toStorableSubject } from "./storable-subject.ts";

const NOTE_CODE_POINTS = 1_000;

export interface GoneCauses {
  readonly kind: ProblemKind;
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
  return await db.$executeRaw(Prisma.sql`
    UPDATE problem SET ${closedByItself(reason, at)}
    WHERE id IN (
      SELECT problem.id FROM problem JOIN jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) AS gone(type text, key text)
        ON problem.subject_type = gone.type AND problem.subject_key = gone.key
      WHERE problem.kind = ${kind.name} AND (problem.closed_at IS NULL OR problem.accepted)
      ORDER BY problem.kind, problem.subject_type, problem.subject_key FOR UPDATE OF problem)`);
}

export interface UnseenProblems {
  readonly kind: ProblemKind;
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
  return await db.$executeRaw(Prisma.sql`
    UPDATE problem SET ${closedByItself(reason, at)}
    WHERE kind = ${kind.name} ${ofType} AND (closed_at IS NULL OR accepted) AND last_seen_at < ${before}`);
}

/** Whoever closed it before stays on record. */
const closedByItself = (reason: string, at: Date): Prisma.Sql => Prisma.sql`
  closed_at = coalesce(closed_at, ${at}), ending = coalesce(ending, 'BY_ITSELF'), accepted = false,
  note = CASE WHEN closed_at IS NULL THEN ${toStorableText(reason, NOTE_CODE_POINTS)} ELSE note END, version = version + 1`;
