import { type Database, Prisma } from "@drumline/db";

import { wantsType } from "../subscriptions/index.ts";

/** How many events were dispatched, and the deliveries that made. */
export interface Dispatched {
  readonly events: number;
  readonly deliveries: number;
}

/** Every path of the filter, such as `items.0.sku` or `location`, holds the value wanted, or one of the list. */
const passesFilter = Prisma.sql`NOT EXISTS (
  SELECT FROM jsonb_each(CASE jsonb_typeof(webhook.filter) WHEN 'object' THEN webhook.filter ELSE '{}' END) AS wanted(path, value)
  WHERE NOT coalesce(
    (event.payload #> string_to_array(wanted.path, '.'))
      <@ CASE jsonb_typeof(wanted.value) WHEN 'array' THEN wanted.value ELSE jsonb_build_array(wanted.value) END,
    false))`;

/** Events nobody has dispatched; with `untouchedSince`, only those that lie untouched since then. */
const waits = (untouchedSince: Date | null) => Prisma.sql`
  processed_at IS NULL ${untouchedSince === null ? Prisma.empty : Prisma.sql`AND modified_at <= ${untouchedSince}`}`;

/** True where an event is not dispatched yet, however fresh: a part of a statement. */
export const someEventWaits = Prisma.sql`EXISTS (SELECT FROM event_queue WHERE ${waits(null)})`;

/**
 * Turns the oldest waiting events into one delivery per active subscription that wants them, in one statement: either
 * an event is marked and all its deliveries exist, or neither. A delivery that exists already is left as it is.
 */
export async function dispatchEvents(
  db: Database,
  { untouchedSince, now, limit }: { untouchedSince: Date | null; now: Date; limit: number },
): Promise<Dispatched> {
  const [row] = await db.$queryRaw<[Dispatched]>(Prisma.sql`
    WITH event AS MATERIALIZED (
      SELECT id, event_type, payload FROM event_queue WHERE ${waits(untouchedSince)}
      ORDER BY modified_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ), wanted AS (
      INSERT INTO webhook_delivery (event_id, webhook_id, status, next_attempt_at, created_at)
      SELECT event.id, webhook.id, 'PENDING', ${now}::timestamptz, ${now}::timestamptz
      FROM event JOIN webhook ON webhook.is_active AND ${wantsType} AND ${passesFilter}
      ON CONFLICT (event_id, webhook_id) DO NOTHING
      RETURNING 1
    ), done AS (
      UPDATE event_queue
      SET processed_at = ${now}::timestamptz, modified_at = ${now}::timestamptz, dispatch_count = dispatch_count + 1
      FROM event WHERE event_queue.id = event.id
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM done)::int AS events, (SELECT count(*) FROM wanted)::int AS deliveries`);
  return row;
}

/** A waiting event as a dry run lists it. */
export interface WaitingEvent {
  readonly id: string;
  readonly eventType: string;
  readonly webhooks: number;
}

/** Events that wait and were not touched since that instant. */
export async function countWaitingEvents(db: Database, untouchedSince: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM event_queue WHERE ${waits(untouchedSince)}`);
  return row.count;
}

/** The oldest waiting events and how many subscriptions each would go to; for a dry run. */
export async function findWaitingEvents(db: Database, untouchedSince: Date, limit: number): Promise<WaitingEvent[]> {
  return await db.$queryRaw<WaitingEvent[]>(Prisma.sql`
    SELECT id, event_type AS "eventType",
      (SELECT count(*)::int FROM webhook WHERE is_active AND ${wantsType} AND ${passesFilter}) AS webhooks
    FROM event_queue event WHERE ${waits(untouchedSince)} ORDER BY modified_at LIMIT ${limit}`);
}
