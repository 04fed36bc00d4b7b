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
    WHERE EXISTS (
      SELECT FROM problem
      WHERE problem.kind = found.kind AND problem.subject_type = found.type AND problem.subject_key = found.key
        AND (problem.closed_at IS NULL OR problem.accepted) AND problem.reason = found.reason)`);
  const places = new Set(known.map(({ place }) => place));
  return problems.filter((_, place) => !places.has(place));
}
