import { recordAuditEvents } from "@drumline/audit/audit-events";
import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

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
  /** The request that asked for it, for the audit. */
  readonly request?: { readonly remoteAddr: string | null; readonly url: string };
}

export type ResolutionOutcome =
  | { readonly outcome: "RESOLVED"; readonly problem: ProblemRow }
  | { readonly outcome: "CLOSED" | "CHANGED"; readonly problem: ProblemRow }
  | { readonly outcome: "NOT_FOUND"; readonly problem: null };

/**
 * Closes a problem as a person says, and puts that into the audit, wherever it was said; one that is closed, or not as it was
 * looked at, stays as it is.
 */
export async function resolveProblem(db: Database, resolution: Resolution): Promise<ResolutionOutcome> {
  const { id, by, note, accepted, version, at, request } = resolution;
  const isAsSeen = version === undefined ? Prisma.sql`true` : Prisma.sql`version = ${version}`;
  const actor = toStorableText(by, NOTE_CODE_POINTS);
  const resolved = await db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<ProblemRow[]>(Prisma.sql`
      UPDATE problem SET closed_at = ${at}, ending = 'BY_PERSON', closed_by = ${actor},
        note = ${toStorableText(note, NOTE_CODE_POINTS)}, accepted = ${accepted}, version = version + 1
      WHERE id = ${id} AND closed_at IS NULL AND ${isAsSeen}
      RETURNING ${COLUMNS}`);
    if (row !== undefined) {
      const { kind, subjectType, subjectKey } = row;
      const content = { action: "resolve", kind, subjectType, subjectKey, note: row.note, accepted };
      const entity = { entityType: "problem", entityId: String(id) };
      await recordAuditEvents(tx, [{ timestamp: at, actor, ...request, ...entity, content }]);
    }
    return row;
  });
  if (resolved !== undefined) return { outcome: "RESOLVED", problem: resolved };
  const [problem] = await db.$queryRaw<ProblemRow[]>(Prisma.sql`SELECT ${COLUMNS} FROM problem WHERE id = ${id}`);
  if (problem === undefined) return { outcome: "NOT_FOUND", problem: null };
  return { outcome: problem.closedAt === null ? "CHANGED" : "CLOSED", problem };
}
