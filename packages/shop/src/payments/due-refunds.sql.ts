import {
  claimedFor,
  type Database,
  isClaimedBy,
  isFreeFor,
  lockedById,
  Prisma,
  type Transaction,
  unclaimed,
} from "@drumline/db";

/** A refund on its way out. */
export interface DueRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly orderId: bigint;
  readonly provider: string;
  readonly paymentProviderId: string;
  readonly cause: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly idempotencyKey: string;
  readonly orderReference: string;
  /** This one included. */
  readonly attempts: number;
  /** It was sent before, and no answer came. */
  readonly wasSent: boolean;
}

const CLAIM_SECONDS = 600;

const isDue = (now: Date): Prisma.Sql =>
  Prisma.sql`refund.status IN ('DUE', 'UNKNOWN') AND refund.next_check_at <= ${now}`;

/** Takes refunds that are to be sent. From here on each may have been sent, whatever becomes of this process. */
export async function claimDueRefunds(
  db: Database,
  { now, runId, providers, limit }: { now: Date; runId: string; providers: readonly string[]; limit: number },
): Promise<DueRefund[]> {
  return await db.$queryRaw<DueRefund[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT refund.id, refund.status FROM shop_refund refund JOIN shop_payment payment ON payment.id = refund.payment_id
      WHERE ${isDue(now)} AND payment.provider = ANY(${[...providers]}::text[]) AND payment.provider_id IS NOT NULL
        AND ${isFreeFor(runId, "refund")}
      ORDER BY refund.next_check_at, refund.id LIMIT ${limit} FOR NO KEY UPDATE OF refund SKIP LOCKED
    )
    UPDATE shop_refund refund SET ${claimedFor(runId, CLAIM_SECONDS)}, status = 'UNKNOWN', attempts = attempts + 1, sent_at = ${now}
    FROM due, shop_payment payment, shop_order
    WHERE refund.id = due.id AND payment.id = refund.payment_id AND shop_order.id = payment.order_id
    RETURNING refund.id, refund.payment_id AS "paymentId", payment.order_id AS "orderId", payment.provider,
      payment.provider_id AS "paymentProviderId", refund.cause, refund.amount_minor AS "amountMinor", refund.currency,
      refund.idempotency_key AS "idempotencyKey", shop_order.reference AS "orderReference", refund.attempts,
      due.status = 'UNKNOWN' AS "wasSent"`);
}

export async function countDueRefunds(db: Database, now: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM shop_refund refund WHERE ${isDue(now)}`);
  return row.count;
}

/** How a try ended that brought no refund. */
export interface RefundEnding {
  readonly id: string;
  /** DUE: it is certain that nothing was sent. UNKNOWN: looked up before it is sent again. FAILED: never sent again. */
  readonly status: "DUE" | "UNKNOWN" | "FAILED";
  readonly error: string;
  /** Null for FAILED. */
  readonly retryAt: Date | null;
}

/** Only what this run still has, and nobody has found at the provider meanwhile. */
export async function saveRefundEndings(
  tx: Database | Transaction,
  runId: string,
  endings: readonly RefundEnding[],
  at: Date,
): Promise<void> {
  if (endings.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH ending AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(endings)}::jsonb) AS ending(
        id uuid, status shop_refund_status, error text, "retryAt" timestamptz)
    ), ${lockedById("shop_refund", Prisma.sql`id IN (SELECT id FROM ending) AND status = 'UNKNOWN' AND ${isClaimedBy(runId)}`)}
    UPDATE shop_refund refund SET ${unclaimed}, status = ending.status, error = ending.error,
      next_check_at = ending."retryAt", ended_at = CASE WHEN ending.status = 'FAILED' THEN ${at}::timestamptz END
    FROM ending JOIN locked USING (id) WHERE refund.id = ending.id`);
}
