import { type Database, Prisma } from "@drumline/db";

/** How many events there are, and what became of their deliveries. */
export interface EventFigures {
  /** In the outbox. */
  readonly recorded: number;
  readonly delivered: number;
  readonly attempts: number;
  readonly waiting: number;
  readonly givenUp: number;
}

/** Over all events; for a database in which they are few enough to be counted. */
export async function loadEventFigures(db: Database): Promise<EventFigures> {
  const [row] = await db.$queryRaw<[EventFigures]>(Prisma.sql`
    SELECT (SELECT count(*)::int FROM event_queue) AS recorded,
      count(*) FILTER (WHERE status = 'DELIVERED')::int AS delivered,
      coalesce(sum(attempts), 0)::int AS attempts,
      count(*) FILTER (WHERE status IN ('PENDING', 'PENDING_RETRY'))::int AS waiting,
      count(*) FILTER (WHERE status IN ('EXHAUSTED', 'DISABLED'))::int AS "givenUp"
    FROM webhook_delivery`);
  return row;
}

/** Whether an event was ever recorded. */
export async function hasEvents(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ found: boolean }]>(Prisma.sql`
    SELECT EXISTS (SELECT FROM event_queue) AS found`);
  return row.found;
}

/** Whether an event has not arrived everywhere yet, due or not. */
export async function hasUndeliveredEvents(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ found: boolean }]>(Prisma.sql`
    SELECT EXISTS (SELECT FROM event_queue WHERE processed_at IS NULL)
      OR EXISTS (SELECT FROM webhook_delivery WHERE status IN ('PENDING', 'PENDING_RETRY')) AS found`);
  return row.found;
}
