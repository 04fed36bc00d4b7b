import { claimedFor, type Database, isClaimedBy, isFreeFor, lockedById, Prisma, unclaimed } from "@drumline/db";

import type { Source } from "./apply-provider-state.ts";
import type { AskedPayment } from "./ask-providers.ts";

/** A payment that this run may ask about. */
export interface ClaimedPayment extends AskedPayment {
  readonly source: Source;
}

/** Longer than a batch takes whose provider answers nothing at all. */
const CLAIM_SECONDS = 600;

const isDue = (now: Date, providers: readonly string[]): Prisma.Sql => Prisma.sql`
  payment.next_check_at <= ${now} AND payment.provider = ANY(${[...providers]}::text[]) AND payment.provider_id IS NOT NULL`;

/** Refunds on their way. */
const OPEN_REFUNDS = Prisma.sql`('UNKNOWN', 'QUEUED', 'PENDING', 'PROCESSING')`;

/**
 * Claims payments whose time has come, the longest due first; the try is counted before it is made. Whoever wants one asked
 * from now on is heard at the next claim.
 */
export async function claimDuePayments(
  db: Database,
  { now, runId, providers, limit }: { now: Date; runId: string; providers: readonly string[]; limit: number },
): Promise<ClaimedPayment[]> {
  return await db.$queryRaw<ClaimedPayment[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id, ask_source FROM shop_payment payment
      WHERE ${isDue(now, providers)} AND ${isFreeFor(runId, "payment")}
      ORDER BY next_check_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE shop_payment payment SET ${claimedFor(runId, CLAIM_SECONDS)}, checks = checks + 1, ask_source = NULL
    FROM due, shop_order
    WHERE payment.id = due.id AND shop_order.id = payment.order_id
    RETURNING ${ASKED_COLUMNS}, coalesce(due.ask_source, 'POLL') AS source`);
}

const ASKED_COLUMNS = Prisma.sql`
  payment.id, payment.provider, payment.provider_id AS "providerId", payment.failed_checks AS "failedChecks",
  EXISTS (SELECT FROM shop_refund WHERE payment_id = payment.id AND status IN ${OPEN_REFUNDS}) AS "hasOpenRefunds",
  shop_order.status = 'CANCELLED' AS "isUnwanted"`;

/** Counts, for a dry run and for helpers. */
export async function countDuePayments(db: Database, now: Date, providers: readonly string[]): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM shop_payment payment WHERE ${isDue(now, providers)}`);
  return row.count;
}

/** Of payments that nobody could be asked about. */
export interface NotAnswered {
  readonly id: string;
  readonly retryAt: Date;
  /** Null where the payment was not asked. */
  readonly error: string | null;
}

/** Ends the claims. That a provider knows no such payment outlasts a failed call, or its finding would be no news. */
export async function saveNotAnswered(db: Database, runId: string, items: readonly NotAnswered[]): Promise<void> {
  if (items.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH failed AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS failed(id uuid, "retryAt" timestamptz, error text)
    ), ${lockedById("shop_payment", Prisma.sql`id IN (SELECT id FROM failed) AND ${isClaimedBy(runId)}`)}
    UPDATE shop_payment payment SET ${unclaimed},
      next_check_at = CASE WHEN ask_source IS NULL THEN failed."retryAt" ELSE next_check_at END,
      failed_checks = failed_checks + (failed.error IS NOT NULL)::int,
      last_check_error = CASE WHEN last_check_error = 'NOT_FOUND' THEN last_check_error
        ELSE coalesce(failed.error, last_check_error) END
    FROM failed JOIN locked USING (id) WHERE payment.id = failed.id`);
}

/**
 * Payments whose refunds are due to be asked for become due themselves; what cannot be locked at once is found by the next
 * run. A refund that its provider never lists comes again every hour, until it is 30 days old.
 */
export async function wakePaymentsOfRefunds(db: Database, now: Date): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT refund.id, refund.payment_id FROM shop_refund refund JOIN shop_payment payment ON payment.id = refund.payment_id
      WHERE refund.next_check_at <= ${now} AND refund.status IN ('QUEUED', 'PENDING', 'PROCESSING')
      ORDER BY refund.next_check_at LIMIT 5000
      FOR NO KEY UPDATE OF refund, payment SKIP LOCKED
    ), moved AS (
      UPDATE shop_refund SET next_check_at = CASE WHEN created_at > ${now}::timestamptz - interval '30 days'
        THEN ${now}::timestamptz + interval '1 hour' END
      FROM due WHERE shop_refund.id = due.id
    )
    UPDATE shop_payment SET next_check_at = least(coalesce(next_check_at, ${now}), ${now})
    WHERE id IN (SELECT payment_id FROM due)`);
}

/** Payments of providers that cannot be asked and are past their end: the next look is a person's. */
export interface OverduePayment {
  readonly id: string;
  readonly orderId: bigint;
  readonly orderReference: string;
}

/** Payments of providers that nobody can ask: each is looked at once, an hour after its end. */
export async function takeOverduePayments(
  db: Database,
  now: Date,
  providers: readonly string[],
): Promise<OverduePayment[]> {
  if (providers.length === 0) return [];
  return await db.$queryRaw<OverduePayment[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id, coalesce(CASE WHEN status = 'AUTHORIZED' THEN capture_before ELSE expires_at END,
        created_at + interval '30 days') + interval '1 hour' AS ends_at
      FROM shop_payment payment
      WHERE next_check_at <= ${now} AND provider = ANY(${[...providers]}::text[])
      ORDER BY next_check_at, id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
    ), moved AS (
      UPDATE shop_payment payment SET next_check_at = CASE WHEN due.ends_at > ${now} THEN due.ends_at END
      FROM due WHERE payment.id = due.id
      RETURNING payment.id, payment.order_id, payment.status, payment.next_check_at
    )
    SELECT moved.id, order_id AS "orderId", shop_order.reference AS "orderReference"
    FROM moved JOIN shop_order ON shop_order.id = moved.order_id
    WHERE moved.next_check_at IS NULL AND moved.status IN ('OPEN', 'PENDING', 'AUTHORIZED')`);
}
