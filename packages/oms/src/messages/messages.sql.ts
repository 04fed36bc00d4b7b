import type { JsonObject } from "@drumline/core/task";
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

/** Something Omnitron is to be told: a POST to this path, with an `event_id` that is also its idempotency key. */
export interface NewMessage {
  /** Messages of one order go out in the order they were saved; null for what is about an order that never arrived. */
  readonly orderId: bigint | null;
  readonly path: string;
  readonly body: JsonObject;
}

/** In the transaction of the change it tells about, under the order's lock, which is what keeps the messages in order. */
export async function saveMessages(tx: Transaction, messages: readonly NewMessage[], at: Date): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map(({ orderId, ...message }) => ({
    ...message,
    order_id: orderId === null ? null : String(orderId),
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO omnitron_message (order_id, event_id, path, body, created_at, next_attempt_at)
    SELECT order_id, id, path, body || jsonb_build_object('event_id', id), ${at}, ${at}
    FROM (
      SELECT message.*, gen_random_uuid() AS id
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS message(order_id bigint, path text, body jsonb)
      OFFSET 0
    ) message`);
}

/** A message that is this run's to send. */
export interface ClaimedMessage {
  readonly id: bigint;
  readonly eventId: string;
  readonly path: string;
  readonly body: JsonObject;
  readonly attempts: number;
}

const CLAIM_SECONDS = 120;
const isUnsent = Prisma.sql`message.sent_at IS NULL AND message.given_up_at IS NULL`;

export const isDue = (now: Date): Prisma.Sql => Prisma.sql`${isUnsent} AND message.next_attempt_at <= ${now}`;

/** Messages neither sent nor given up. */
export async function countUnsentMessages(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM omnitron_message message WHERE ${isUnsent}`);
  return row.count;
}

/** The first unsent message of each order that has one due, the longest due first; nobody else has them until the claim ends. */
export async function claimMessages(db: Database, runId: string, now: Date, limit: number): Promise<ClaimedMessage[]> {
  return await db.$queryRaw<ClaimedMessage[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT id FROM omnitron_message message
      WHERE ${isDue(now)}
        AND ${isFreeFor(runId)}
        AND NOT EXISTS (
          SELECT FROM omnitron_message earlier
          WHERE earlier.order_id = message.order_id AND earlier.id < message.id
            AND earlier.sent_at IS NULL AND earlier.given_up_at IS NULL)
      ORDER BY next_attempt_at, id LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    )
    UPDATE omnitron_message message
    SET ${claimedFor(runId, CLAIM_SECONDS)}
    FROM next WHERE message.id = next.id
    RETURNING message.id, event_id AS "eventId", path, body, attempts`);
}

/** What came of sending a message. */
export interface SentMessage {
  readonly id: bigint;
  /** Null when it was taken. */
  readonly error: string | null;
  readonly nextAttemptAt: Date;
  readonly isGivenUp: boolean;
}

/** Records what came of the run's messages, and ends its claims on them. */
export async function saveSent(tx: Transaction, runId: string, sent: readonly SentMessage[], at: Date): Promise<void> {
  const rows = sent.map(({ id, error, nextAttemptAt, isGivenUp }) => ({
    id: String(id),
    error,
    next_attempt_at: nextAttemptAt,
    given_up: isGivenUp,
  }));
  const ids = sent.map(({ id }) => id);
  await tx.$executeRaw(Prisma.sql`
    WITH ${lockedById("omnitron_message", Prisma.sql`id = ANY(${ids}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE omnitron_message message SET
      attempts = attempts + 1, last_error = outcome.error, next_attempt_at = least(outcome.next_attempt_at, ${at}::timestamptz + interval '1 day'),
      sent_at = CASE WHEN outcome.error IS NULL THEN ${at}::timestamptz END,
      given_up_at = CASE WHEN outcome.given_up THEN ${at}::timestamptz END,
      ${unclaimed}
    FROM locked JOIN jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS outcome(id bigint, error text, next_attempt_at timestamptz, given_up boolean) USING (id)
    WHERE message.id = locked.id`);
}
