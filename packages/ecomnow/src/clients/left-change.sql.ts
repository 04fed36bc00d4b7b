import type { ChangedRecord, PushOutcome } from "@drumline/connectors/push";
import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { pauseEnd, type Turn } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import { loadChangesOf } from "./changes.sql.ts";
import type { ClientFlow } from "./endpoint.sql.ts";

const MOST_WHY_CODE_POINTS = 1_000;
/** After 1, 2, 4 … minutes, six hours at most: two days in all. What changes after that goes out again anyway. */
const MOST_ATTEMPTS = 16;

/** What the client did not take before and is due now, as it is now; what is no longer there is forgotten. */
export async function loadLeft(db: Database, flow: ClientFlow, now: Date, limit: number): Promise<ChangedRecord[]> {
  const due = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT source_id AS id FROM ecomnow_left_change
    WHERE endpoint_id = ${flow.id} AND next_attempt_at <= ${now} ORDER BY next_attempt_at, source_id LIMIT ${limit}`);
  if (due.length === 0) return [];
  const ids = due.map(({ id }) => id);
  const changes = await loadChangesOf(db, flow, ids);
  const there = new Set(changes.map(({ id }) => id));
  await forget(
    db,
    flow,
    ids.filter((id) => !there.has(id)),
  );
  return changes;
}

/** Keeps what the client did not take, and forgets what it took. */
export async function saveLeft(
  tx: Transaction,
  flow: ClientFlow,
  { settled, left }: PushOutcome,
  turn: Turn,
): Promise<void> {
  await forget(tx, flow, settled.map(BigInt));
  if (left.length === 0) return;
  const rows = left.map(({ id, why }) => ({ id, why: toStorableText(why, MOST_WHY_CODE_POINTS) }));
  // By the number of the try; none after the last.
  const nextAts = Array.from({ length: MOST_ATTEMPTS + 1 }, (_, attempts) =>
    pauseEnd(turn, backoffAfter(attempts + 1, { firstMs: MINUTE_MS, longestMs: 6 * HOUR_MS })),
  );
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO ecomnow_left_change AS known (endpoint_id, source_id, why, attempts, next_attempt_at, since)
    SELECT ${flow.id}, id, why, 0, (${nextAts}::timestamptz[])[1], ${turn.now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(id bigint, why text) ORDER BY id
    ON CONFLICT (endpoint_id, source_id) DO UPDATE SET why = excluded.why, attempts = known.attempts + 1, next_attempt_at = (${nextAts}::timestamptz[])[known.attempts + 2]`);
}

async function forget(db: Database | Transaction, flow: ClientFlow, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    DELETE FROM ecomnow_left_change WHERE endpoint_id = ${flow.id} AND source_id = ANY(${[...ids]}::bigint[])`);
}

const CHANGES_LEFT: ProblemKind = {
  context: "ecomnow",
  name: "CHANGES_LEFT",
  severity: "WARNING",
  cure: "Ask the client why it rejects them, or put the flow's mapping right: they are tried again, and whenever they change.",
};

const PATIENCE_MS = HOUR_MS;

/** Tells of changes that a client has not taken for an hour, once for each of its flows. */
export async function noteLeft(
  db: Database,
  flow: ClientFlow,
  hide: (text: string) => string,
  at: Date,
): Promise<void> {
  const subject = { type: "client", key: `${flow.partner} ${flow.entity} ${flow.direction}` };
  const [row] = await db.$queryRaw<[{ changes: number; since: Date | null; why: string | null }]>(Prisma.sql`
    SELECT count(*)::int AS changes, min(since) AS since, (array_agg(why ORDER BY since, source_id))[1] AS why
    FROM ecomnow_left_change WHERE endpoint_id = ${flow.id}`);
  if (row.since === null || row.since.getTime() > at.getTime() - PATIENCE_MS) {
    if (row.since === null)
      await closeProblems(db, { kind: CHANGES_LEFT, subjects: [subject], reason: "the client took them", at });
    return;
  }
  const detail = { changes: row.changes, since: row.since.toISOString() };
  await openProblems(
    db,
    [{ kind: CHANGES_LEFT, subject, reason: hide(`does not take changes of ours: ${row.why}`), detail }],
    at,
  );
}
