import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

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
