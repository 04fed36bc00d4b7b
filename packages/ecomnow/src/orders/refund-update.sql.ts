import { randomUUID } from "node:crypto";

import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { RefundMessage } from "../gateways/refund-channel.ts";
import type { PlannedUpdate } from "./plan-refund-updates.ts";

/** Writes down what is to be sent, under the key it will always be sent with; older versions that wait give way. */
export async function saveRefundUpdates(tx: Transaction, planned: readonly PlannedUpdate[], at: Date): Promise<void> {
  const rows = planned.map(({ refund, amountMinor, refusal }) => ({
    id: randomUUID(),
    refund_id: String(refund.id),
    version: refund.version,
    amount_minor: String(amountMinor),
    refund_status: refund.status,
    status: refusal === null ? "PENDING" : "REFUSED",
    reason: refusal,
  }));
  await tx.$executeRaw(Prisma.sql`
    WITH planned AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(id uuid, refund_id bigint, version int,
        amount_minor bigint, refund_status ecomnow_refund_status, status ecomnow_refund_update_status, reason text)
    ), superseded AS (
      UPDATE ecomnow_refund_update update SET status = 'SUPERSEDED', answered_at = ${at}
      FROM planned WHERE update.refund_id = planned.refund_id AND update.version < planned.version AND update.status = 'PENDING'
    ), refused AS (
      UPDATE ecomnow_refund refund SET sent_version = planned.version
      FROM planned WHERE refund.id = planned.refund_id AND planned.status = 'REFUSED'
    )
    INSERT INTO ecomnow_refund_update AS known (id, refund_id, version, amount_minor, refund_status, status, reason, next_attempt_at, created_at)
    SELECT id, refund_id, version, amount_minor, refund_status, status, reason, ${at}, ${at} FROM planned
    -- One that was refused and fits by now goes out under the key it never used.
    ON CONFLICT (refund_id, version) DO UPDATE SET status = excluded.status, amount_minor = excluded.amount_minor,
      refund_status = excluded.refund_status, reason = excluded.reason, next_attempt_at = excluded.next_attempt_at
      WHERE known.status = 'REFUSED'`);
}

/** An update on its way. */
export interface DueUpdate extends RefundMessage {
  /** This one included. */
  readonly attempts: number;
}

/** An update whose time has come, whoever has claimed it. */
const isDue = (now: Date): Prisma.Sql => Prisma.sql`status = 'PENDING' AND next_attempt_at <= ${now}`;

const CLAIM_SECONDS = 120;

/** Takes updates that are due; the try is counted before it is made. */
export async function claimDueUpdates(db: Database, now: Date, limit: number): Promise<DueUpdate[]> {
  return await db.$queryRaw<DueUpdate[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM ecomnow_refund_update
      WHERE ${isDue(now)} AND (claimed_until IS NULL OR claimed_until < now())
      ORDER BY next_attempt_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE ecomnow_refund_update update
    SET claimed_until = now() + make_interval(secs => ${CLAIM_SECONDS}), attempts = attempts + 1
    FROM due, ecomnow_refund refund, ecomnow_order
    WHERE update.id = due.id AND refund.id = update.refund_id AND ecomnow_order.id = refund.order_id
    RETURNING update.id, refund.number AS refund, ecomnow_order.number AS "order", update.version,
      update.amount_minor AS "amountMinor", ecomnow_order.currency, update.refund_status::text AS status, refund.reason, update.attempts`);
}

export async function countDueUpdates(db: Database, now: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM ecomnow_refund_update WHERE ${isDue(now)}`);
  return row.count;
}

/** How a try ended. */
export interface UpdateEnding {
  readonly id: string;
  readonly status: "ACCEPTED" | "REJECTED" | "PENDING" | "FAILED";
  readonly reference: string | null;
  readonly reason: string | null;
  /** Null except for PENDING: when to try again. */
  readonly nextAttemptAt: Date | null;
}

/**
 * Whatever became of an update in the meantime stands: only one that is still pending is ended. Refunds are locked before
 * their updates, by id, as whoever plans new versions locks them.
 */
export async function saveEndings(db: Database, endings: readonly UpdateEnding[], at: Date): Promise<void> {
  if (endings.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH ending AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(endings)}::jsonb) AS row(
        id uuid, status ecomnow_refund_update_status, reference text, reason text, "nextAttemptAt" timestamptz)
    ), locked AS MATERIALIZED (
      SELECT id FROM ecomnow_refund WHERE id IN (
        SELECT refund_id FROM ecomnow_refund_update WHERE id IN (SELECT id FROM ending))
      ORDER BY id FOR UPDATE
    ), ended AS (
      UPDATE ecomnow_refund_update update SET status = ending.status, channel_reference = ending.reference,
        reason = ending.reason, claimed_until = NULL, next_attempt_at = coalesce(ending."nextAttemptAt", update.next_attempt_at),
        answered_at = CASE WHEN ending.status = 'PENDING' THEN NULL ELSE ${at}::timestamptz END
      FROM ending, locked
      WHERE update.id = ending.id AND update.refund_id = locked.id AND update.status = 'PENDING'
      RETURNING update.refund_id, update.version, update.status
    )
    UPDATE ecomnow_refund refund SET sent_version = greatest(refund.sent_version, ended.version)
    FROM ended WHERE refund.id = ended.refund_id AND ended.status IN ('ACCEPTED', 'REJECTED')`);
}
