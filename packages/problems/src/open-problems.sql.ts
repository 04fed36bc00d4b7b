import { toStorableJson, toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { NewProblem } from "./problem-kind.ts";
import { REASON_CODE_POINTS, toStorableSubject } from "./storable-problem.ts";

export interface OpenedProblem {
  readonly id: bigint;
  readonly kind: string;
  readonly subjectType: string;
  readonly subjectKey: string;
  /** False where it was open before, or is one that a person accepted. */
  readonly isNew: boolean;
  /** True where it was open with another reason. */
  readonly isChanged: boolean;
}

const CURE_CODE_POINTS = 1_000;

/**
 * Opens problems, in the transaction of what was found where there is one. What is open already is seen once more, with the
 * latest reason and detail, and never opened twice. What a person accepted with the same reason stays closed.
 */
export async function openProblems(
  db: Database | Transaction,
  problems: readonly NewProblem[],
  at: Date,
): Promise<OpenedProblem[]> {
  if (problems.length === 0) return [];
  const rows = new Map(
    problems.map(toRow).map((row) => [JSON.stringify([row.kind, row.subject_type, row.subject_key]), row]),
  );
  const numbered = [...rows.values()].map((row, place) => ({ place, ...row }));
  // Rows are locked in the order of their subjects everywhere, so that two who see the same problems never deadlock.
  return await db.$queryRaw<OpenedProblem[]>(Prisma.sql`
    WITH found AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(numbered)}::jsonb) AS found(
        place int, context text, kind text, subject_type text, subject_key text, severity problem_severity, reason text,
        cure text, actions jsonb, detail jsonb)
    ), accepted AS MATERIALIZED (
      SELECT problem.id, found.place FROM found JOIN problem USING (kind, subject_type, subject_key)
      WHERE problem.accepted AND problem.reason = found.reason
      ORDER BY kind, subject_type, subject_key FOR NO KEY UPDATE OF problem
    ), before AS MATERIALIZED (
      SELECT problem.id, problem.reason FROM found JOIN problem USING (kind, subject_type, subject_key)
      WHERE problem.closed_at IS NULL
    ), still_accepted AS (
      UPDATE problem SET last_seen_at = greatest(last_seen_at, ${at}), seen_count = seen_count + 1
      FROM accepted WHERE problem.id = accepted.id
      RETURNING problem.id, kind, subject_type, subject_key
    ), opened AS (
      INSERT INTO problem AS known (
        context, kind, subject_type, subject_key, severity, reason, cure, actions, detail, opened_at, last_seen_at)
      SELECT context, kind, subject_type, subject_key, severity, reason, cure, actions, detail, ${at}, ${at}
      FROM found WHERE NOT EXISTS (SELECT FROM accepted WHERE accepted.place = found.place)
      ORDER BY kind, subject_type, subject_key
      ON CONFLICT (kind, subject_type, subject_key) WHERE closed_at IS NULL DO UPDATE SET
        severity = excluded.severity, reason = excluded.reason, cure = excluded.cure, actions = excluded.actions,
        detail = excluded.detail, last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
        seen_count = known.seen_count + 1,
        version = known.version + (known.reason <> excluded.reason)::int
      RETURNING id, kind, subject_type, subject_key, reason, xmax = 0 AS is_new
    )
    SELECT opened.id, kind, subject_type AS "subjectType", subject_key AS "subjectKey", is_new AS "isNew",
      coalesce(before.reason <> opened.reason, false) AS "isChanged"
    FROM opened LEFT JOIN before ON before.id = opened.id
    UNION ALL
    SELECT id, kind, subject_type, subject_key, false, false FROM still_accepted`);
}

function toRow({ kind, subject, reason, detail = {}, actions = [], ...own }: NewProblem) {
  const { type, key } = toStorableSubject(subject);
  return {
    context: kind.context,
    kind: kind.name,
    subject_type: type,
    subject_key: key,
    severity: own.severity ?? kind.severity,
    reason: toStorableText(reason, REASON_CODE_POINTS),
    cure: toStorableText(own.cure ?? kind.cure, CURE_CODE_POINTS),
    actions: toStorableJson(actions),
    detail: toStorableJson(detail),
  };
}
