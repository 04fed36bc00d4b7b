import type { JsonValue } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

import type { ProblemAction, ProblemSeverity } from "./problem-kind.ts";
import { KEY_CODE_POINTS } from "./storable-problem.ts";

export const PROBLEM_SEVERITIES = ["INFO", "WARNING", "ERROR"] as const satisfies readonly ProblemSeverity[];
export const PROBLEM_ENDINGS = ["BY_ITSELF", "BY_PERSON"] as const;

export interface ProblemRow {
  readonly id: bigint;
  readonly context: string;
  readonly kind: string;
  readonly subjectType: string;
  readonly subjectKey: string;
  readonly severity: ProblemSeverity;
  readonly reason: string;
  readonly cure: string;
  readonly actions: readonly ProblemAction[];
  readonly detail: JsonValue;
  readonly version: number;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly seenCount: number;
  readonly closedAt: Date | null;
  readonly ending: (typeof PROBLEM_ENDINGS)[number] | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  readonly accepted: boolean;
}

/** What is left out does not matter. */
export interface ProblemFilter {
  readonly open?: boolean | undefined;
  readonly context?: string | undefined;
  readonly kind?: string | undefined;
  readonly severity?: ProblemSeverity | undefined;
  readonly subjectType?: string | undefined;
  readonly subjectKey?: string | undefined;
  /** The beginning of the subject's key, or the problem's own number. */
  readonly q?: string | undefined;
  /** `q` finds no key that is an address of mail: it could be guessed sign by sign. */
  readonly hidesAddresses?: boolean | undefined;
}

/** Newest first, those before the id `before`. */
export async function loadProblems(
  db: Database,
  filter: ProblemFilter,
  before: bigint | null,
  limit: number,
): Promise<ProblemRow[]> {
  return await db.$queryRaw<ProblemRow[]>(loadProblemsQuery(filter, before, limit));
}

/** @returns SQL that reads few rows of the filters alone, whatever the table holds */
export function loadProblemsQuery(filter: ProblemFilter, before: bigint | null, limit: number): Prisma.Sql {
  const conditions = [...conditionsOf(filter), ...(before === null ? [] : [Prisma.sql`id < ${before}`])];
  const where = conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, " AND ")}`;
  return Prisma.sql`SELECT ${COLUMNS} FROM problem ${where} ORDER BY id DESC LIMIT ${limit}`;
}

export async function loadProblem(db: Database, id: bigint): Promise<ProblemRow | null> {
  const [row] = await db.$queryRaw<ProblemRow[]>(Prisma.sql`SELECT ${COLUMNS} FROM problem WHERE id = ${id}`);
  return row ?? null;
}

/** Columns of a `ProblemRow`, of the table `problem`. */
export const COLUMNS = Prisma.sql`
  id, context, kind, subject_type AS "subjectType", subject_key AS "subjectKey", severity::text, reason, cure, actions,
  detail, version, opened_at AS "openedAt", last_seen_at AS "lastSeenAt", seen_count AS "seenCount",
  closed_at AS "closedAt", ending::text, closed_by AS "closedBy", note, accepted`;

function conditionsOf(filter: ProblemFilter): Prisma.Sql[] {
  const { open, context, kind, severity, subjectType, subjectKey, q, hidesAddresses = false } = filter;
  return [
    open === undefined ? null : open ? Prisma.sql`closed_at IS NULL` : Prisma.sql`closed_at IS NOT NULL`,
    context === undefined ? null : Prisma.sql`context = ${context}`,
    kind === undefined ? null : Prisma.sql`kind = ${kind}`,
    severity === undefined ? null : Prisma.sql`severity = ${severity}::problem_severity`,
    subjectType === undefined ? null : Prisma.sql`subject_type = ${subjectType}`,
    subjectKey === undefined ? null : Prisma.sql`subject_key = ${toStorableText(subjectKey, KEY_CODE_POINTS)}`,
    q === undefined ? null : isFoundBy(q, hidesAddresses),
  ].filter((condition) => condition !== null);
}

const DIGITS_OF_IDS = 18;

function isFoundBy(text: string, hidesAddresses: boolean): Prisma.Sql {
  const isShown = hidesAddresses ? Prisma.sql`strpos(subject_key, '@') = 0` : Prisma.sql`TRUE`;
  const begins = Prisma.sql`
    (starts_with(lower(subject_key), lower(${toStorableText(text, KEY_CODE_POINTS)})) AND ${isShown})`;
  const isId = /^[1-9]\d*$/.test(text) && text.length <= DIGITS_OF_IDS;
  return isId ? Prisma.sql`(id = ${BigInt(text)} OR ${begins})` : begins;
}
