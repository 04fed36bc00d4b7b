import type { JsonValue } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

/** A verified webhook as it is kept until it is handed on. */
export interface NewWebhook {
  readonly sourceId: string;
  readonly source: string;
  readonly eventUuid: string;
  /** Only a body like it tells that it came before: after this it is news. */
  readonly newAfterMs: number | null;
  readonly topic: string | null;
  readonly headers: JsonValue;
  readonly raw: Buffer;
}

/**
 * Keeps it once, however often and from however many connections at once it comes. One that had failed and is sent again is
 * due again. Returns whether there is something to hand on.
 */
export async function storeWebhook(db: Database, webhook: NewWebhook, at: Date): Promise<boolean> {
  const { sourceId, source, eventUuid, newAfterMs, topic, headers, raw } = webhook;
  const insert = Prisma.sql`
    INSERT INTO webhook_request (source_id, source, event_uuid, topic, headers, raw, status, next_attempt_at, created_at)
    VALUES (${sourceId}::uuid, ${source}, ${eventUuid}, ${topic}, ${JSON.stringify(headers)}::jsonb, ${raw}, 'RECEIVED',
      ${at}, ${at})
    ON CONFLICT (source, event_uuid) DO UPDATE SET status = 'RECEIVED', error = NULL, attempts = 0,
      next_attempt_at = excluded.next_attempt_at, finished_at = NULL
    WHERE webhook_request.status = 'FAILED'
    RETURNING id`;
  if (newAfterMs === null) return (await db.$queryRaw<object[]>(insert)).length > 0;
  const before = new Date(at.getTime() - newAfterMs);
  return await db.$transaction(async (tx) => {
    await tx.$executeRaw(Prisma.sql`
      UPDATE webhook_request SET event_uuid = event_uuid || '@' || id
      WHERE source = ${source} AND event_uuid = ${eventUuid} AND created_at < ${before}`);
    return (await tx.$queryRaw<object[]>(insert)).length > 0;
  });
}
