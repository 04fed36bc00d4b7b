import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { NewProblem } from "./problem-kind.ts";
import { REASON_CODE_POINTS, toStorableSubject } from "./storable-problem.ts";

/** Those that nobody has been told of: neither open with this reason, nor accepted by a person. Changes nothing. */
export async function findNews<Found extends NewProblem>(
  db: Database | Transaction,
  problems: readonly Found[],
): Promise<Found[]> {
  if (problems.length === 0) return [];
  const rows = problems.map(({ kind, subject, reason }, place) => {
    const { type, key } = toStorableSubject(subject);
    return { place, kind: kind.name, type, key, reason: toStorableText(reason, REASON_CODE_POINTS) };
  });
  const known = await db.$queryRaw<{ place: number }[]>(Prisma.sql`
    SELECT found.place
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS found(place int, kind text, type text, key text, reason text)
    WHERE ${isTold({
      kind: Prisma.sql`found.kind`,
      type: Prisma.sql`found.type`,
      key: Prisma.sql`found.key`,
      reason: Prisma.sql`found.reason`,
    })}`);
  const places = new Set(known.map(({ place }) => place));
  return problems.filter((_, place) => !places.has(place));
}

/** Whether a problem is open with this reason, or a person has accepted it; each as an expression of the statement around. */
export const isTold = ({
  kind,
  type,
  key,
  reason,
}: Record<"kind" | "type" | "key" | "reason", Prisma.Sql>): Prisma.Sql =>
  Prisma.sql`EXISTS (
    SELECT FROM problem
    WHERE problem.kind = ${kind} AND problem.subject_type = ${type} AND problem.subject_key = ${key}
      AND (problem.closed_at IS NULL OR problem.accepted) AND problem.reason = ${reason})`;
