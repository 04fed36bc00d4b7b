import { type Database, Prisma, type Transaction } from "@drumline/db";

/** What came of asking that Omnitron be told once more. */
export type RetryOutcome =
  | { readonly outcome: "RETRIED" }
  | { readonly outcome: "NOT_FOUND" }
  /** Omnitron has it, it waits anyway, or a later message says all of it anew. */
  | { readonly outcome: "SENT" | "WAITING" | "OUT_OF_DATE" };

/**
 * Has a message told again that was given up: due at once, with all its attempts anew, and before what is still to be told
 * of its order. Never behind a later message to the same path: Omnitron would go back to what was.
 */
export async function retryMessage(db: Database | Transaction, eventId: string, at: Date): Promise<RetryOutcome> {
  const isOutOfDate = Prisma.sql`EXISTS (
    SELECT FROM omnitron_message later
    WHERE later.order_id = message.order_id AND later.id > message.id AND later.path = message.path AND later.sent_at IS NOT NULL)`;
  const retried = await db.$executeRaw(Prisma.sql`
    UPDATE omnitron_message message SET given_up_at = NULL, attempts = 0, next_attempt_at = ${at}
    WHERE event_id = ${eventId}::uuid AND given_up_at IS NOT NULL AND NOT ${isOutOfDate}`);
  if (retried === 1) return { outcome: "RETRIED" };
  const [found] = await db.$queryRaw<{ isSent: boolean; isGivenUp: boolean }[]>(Prisma.sql`
    SELECT sent_at IS NOT NULL AS "isSent", given_up_at IS NOT NULL AS "isGivenUp"
    FROM omnitron_message WHERE event_id = ${eventId}::uuid`);
  if (found === undefined) return { outcome: "NOT_FOUND" };
  return { outcome: found.isSent ? "SENT" : found.isGivenUp ? "OUT_OF_DATE" : "WAITING" };
}
