import { type Database, Prisma, type Transaction } from "@drumline/db";

import { saveEvents } from "../outbox/index.ts";
import type { WebhookAnswer } from "../webhooks/index.ts";
import type { ClaimedDelivery, Subscription } from "./delivery.ts";
import { closeReplayed, showLostDeliveries } from "./delivery-problems.sql.ts";
import type { Ending } from "./plan-attempt-end.ts";

/** An attempt that was made, and what it makes of its delivery. */
export interface Attempted {
  readonly delivery: ClaimedDelivery;
  readonly answer: WebhookAnswer;
  readonly ending: Ending;
  readonly at: Date;
}

/** What came of a claimed batch of one subscription. */
export interface BatchOfAttempts {
  readonly subscription: Subscription;
  /** Whose claim it is. */
  readonly token: string;
  readonly attempted: readonly Attempted[];
  /** Not attempted after all. */
  readonly held: readonly ClaimedDelivery[];
  readonly heldUntil: Date;
  readonly at: Date;
}

/** The type of the event that tells of a delivery given up. */
export const EXHAUSTED_EVENT = "webhook.delivery.exhausted";

/**
 * What a batch of attempts came to, in one transaction. An answer of 2xx counts whoever holds the delivery by now, for the
 * receiver has it; any other result is only written by the claim's holder.
 */
export async function saveAttempts(db: Database, batch: BatchOfAttempts): Promise<void> {
  await db.$transaction(async (tx) => {
    await saveAnswers(tx, batch.attempted);
    await saveEndings(tx, batch);
    await putBack(tx, batch);
    if (batch.attempted.some(({ ending }) => ending.status === "DISABLED"))
      await disableWebhook(tx, batch.subscription.id, "the receiver answered 410 Gone");
    await announceExhausted(tx, batch);
    await showLostDeliveries(tx, batch);
    if (batch.attempted.some(isReplayed)) {
      // One after the other: of two that bring the last ones, neither would see that nothing is lost any more.
      await tx.$queryRaw(Prisma.sql`SELECT FROM webhook WHERE id = ${batch.subscription.id} FOR NO KEY UPDATE`);
      await closeReplayed(tx, batch.at);
    }
  });
}

const isReplayed = ({ delivery, ending }: Attempted): boolean =>
  ending.status === "DELIVERED" && delivery.position < delivery.no;

async function saveAnswers(tx: Transaction, attempted: readonly Attempted[]): Promise<void> {
  if (attempted.length === 0) return;
  const rows = attempted.map(({ delivery, answer, at }) => ({
    delivery_id: String(delivery.id),
    no: delivery.no,
    at,
    duration_ms: answer.durationMs,
    http_status: answer.status,
    response_excerpt: answer.excerpt,
    error: answer.error,
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO webhook_attempt (delivery_id, no, at, duration_ms, http_status, response_excerpt, error)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS answer(
      delivery_id bigint, no int, at timestamptz, duration_ms int, http_status int, response_excerpt text, error text)
    ON CONFLICT (delivery_id, no) DO UPDATE SET at = excluded.at, duration_ms = excluded.duration_ms,
      http_status = excluded.http_status, response_excerpt = excluded.response_excerpt, error = excluded.error`);
}

async function saveEndings(tx: Transaction, { token, attempted }: BatchOfAttempts): Promise<void> {
  if (attempted.length === 0) return;
  const rows = attempted.map(({ delivery, answer, ending, at }) => ({
    id: String(delivery.id),
    status: ending.status,
    next_attempt_at: ending.nextAttemptAt,
    http_status: answer.status,
    error: ending.error,
    at,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE webhook_delivery delivery SET
      status = ending.status::delivery_status,
      next_attempt_at = coalesce(ending.next_attempt_at, delivery.next_attempt_at),
      last_http_status = ending.http_status,
      last_error = ending.error,
      delivered_at = CASE ending.status WHEN 'DELIVERED' THEN ending.at END,
      leased_by = NULL, leased_until = NULL
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS ending(
      id bigint, status text, next_attempt_at timestamptz, http_status int, error text, at timestamptz)
    WHERE delivery.id = ending.id AND delivery.status <> 'DELIVERED'
      AND (ending.status = 'DELIVERED' OR delivery.leased_by = ${token}::uuid)`);
}

async function putBack(tx: Transaction, { token, held, heldUntil }: BatchOfAttempts): Promise<void> {
  if (held.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE webhook_delivery
    SET attempts = attempts - 1, next_attempt_at = greatest(next_attempt_at, ${heldUntil}), leased_by = NULL, leased_until = NULL
    WHERE id = ANY(${held.map(({ id }) => id)}::bigint[]) AND leased_by = ${token}::uuid`);
}

/** Ends a subscription, with the reason people see; one that has ended already keeps its own. */
export async function disableWebhook(db: Database | Transaction, id: bigint, reason: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE webhook SET is_active = false, disabled_reason = ${reason}, version = version + 1 WHERE id = ${id} AND is_active`);
}

/** Ends the subscriptions whose token has expired. */
export async function endExpiredSubscriptions(db: Database, now: Date): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE webhook SET is_active = false, disabled_reason = 'its token has expired', version = version + 1
    WHERE is_active AND ends_at <= ${now}`);
}

const MOST_DISABLED_AT_ONCE = 5_000;

/** Ends what still waits for subscriptions that are no longer active, chunk by chunk: there may be a million. */
export async function disableWaitingDeliveries(db: Database, webhookId: bigint): Promise<number> {
  for (let disabled = 0; ;) {
    const chunk = await db.$executeRaw(Prisma.sql`
      UPDATE webhook_delivery SET status = 'DISABLED', last_error = 'the subscription is not active'
      WHERE id IN (
        SELECT delivery.id FROM webhook_delivery delivery JOIN webhook ON webhook.id = delivery.webhook_id
        WHERE webhook.id = ${webhookId} AND NOT webhook.is_active AND delivery.status IN ('PENDING', 'PENDING_RETRY')
        LIMIT ${MOST_DISABLED_AT_ONCE} FOR NO KEY UPDATE OF delivery SKIP LOCKED)`);
    disabled += chunk;
    if (chunk < MOST_DISABLED_AT_ONCE) return disabled;
  }
}

/** Writes an event per exhausted delivery, except where the exhausted delivery was of such an event: it would loop. */
async function announceExhausted(tx: Transaction, { subscription, attempted, at }: BatchOfAttempts): Promise<void> {
  const lost = attempted.filter(
    ({ ending, delivery }) => ending.status === "EXHAUSTED" && delivery.eventType !== EXHAUSTED_EVENT,
  );
  await saveEvents(
    tx,
    lost.map(({ delivery, answer, ending }) => ({
      eventType: EXHAUSTED_EVENT,
      entityType: "webhook_delivery",
      entityId: delivery.id,
      payload: {
        delivery_id: Number(delivery.id),
        event_uuid: delivery.eventId,
        event_type: delivery.eventType,
        webhook_id: Number(subscription.id),
        target_url: subscription.targetUrl,
        attempts: delivery.no,
        last_http_status: answer.status,
        last_error: ending.error,
      },
      at,
    })),
  );
}
