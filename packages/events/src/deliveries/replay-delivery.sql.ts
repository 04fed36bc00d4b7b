import { type Database, Prisma, type Transaction } from "@drumline/db";

/** What came of asking for a delivery once more. */
export type ReplayOutcome =
  | { readonly kind: "replayed"; readonly nextAttemptAt: Date }
  | { readonly kind: "unknown" }
  /** It still waits for an attempt of its own, or its subscription is not active. */
  | { readonly kind: "refused"; readonly reason: "PENDING" | "INACTIVE_WEBHOOK"; readonly status: string };

/**
 * Sends a delivery again that has come to an end, well or not: due at once, on a retry schedule that begins anew. The
 * receiver gets the same id, so one that has it already takes it for a repetition.
 */
export async function replayDelivery(db: Database | Transaction, id: bigint, now: Date): Promise<ReplayOutcome> {
  const replayed = await db.$executeRaw(Prisma.sql`
    UPDATE webhook_delivery delivery
    SET status = 'PENDING', attempts_before_replay = attempts, next_attempt_at = ${now}, delivered_at = NULL
    FROM webhook
    WHERE delivery.id = ${id} AND webhook.id = delivery.webhook_id AND webhook.is_active
      AND delivery.status IN ('DELIVERED', 'EXHAUSTED', 'DISABLED')`);
  if (replayed === 1) return { kind: "replayed", nextAttemptAt: now };
  const found = await db.webhookDelivery.findUnique({ where: { id }, include: { webhook: true } });
  if (found === null) return { kind: "unknown" };
  const { status, webhook } = found;
  return { kind: "refused", reason: webhook.isActive ? "PENDING" : "INACTIVE_WEBHOOK", status };
}
