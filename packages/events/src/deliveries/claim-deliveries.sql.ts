import { type Database, Prisma } from "@drumline/db";
import type { SecretBox } from "@drumline/outbound/secrets";

import { openSubscription, type RetrySchedule, retryScheduleSchema } from "../webhooks/index.ts";
import type { ClaimedDelivery, Subscription } from "./delivery.ts";

/** Whether deliveries that failed are among them, or only those that no receiver has answered yet. */
export type DeliveryScope = "all" | "unanswered";

const isIn: Readonly<Record<DeliveryScope, Prisma.Sql>> = {
  all: Prisma.sql`delivery.status IN ('PENDING', 'PENDING_RETRY')`,
  unanswered: Prisma.sql`delivery.status = 'PENDING'`,
};

/** Waits for its next attempt, that instant has come, and nobody is at it. Leases are kept by the database's clock. */
const isDue = (dueBy: Date, scope: DeliveryScope) => Prisma.sql`
  ${isIn[scope]} AND delivery.next_attempt_at <= ${dueBy}
  AND (delivery.leased_until IS NULL OR delivery.leased_until < now())`;

const hasDue = (dueBy: Date, scope: DeliveryScope) => Prisma.sql`
  webhook.is_active
  AND EXISTS (SELECT FROM webhook_delivery delivery WHERE delivery.webhook_id = webhook.id AND ${isDue(dueBy, scope)})`;

/** True where a delivery is due that nobody makes: a part of a statement. */
export const someDeliveryIsDue = (dueBy: Date): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM webhook WHERE ${hasDue(dueBy, "all")})`;

/** The active subscriptions for which something is due. */
export async function findDueWebhooks(db: Database, dueBy: Date, scope: DeliveryScope): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM webhook WHERE ${hasDue(dueBy, scope)} ORDER BY id`);
  return rows.map(({ id }) => id);
}

/** Due deliveries of active subscriptions, counted up to `most`. */
export async function countDue(db: Database, dueBy: Date, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM webhook_delivery delivery JOIN webhook ON webhook.id = delivery.webhook_id AND webhook.is_active
      WHERE ${isDue(dueBy, "all")} LIMIT ${most}) due`);
  return row.count;
}

/** A due delivery as a dry run lists it. */
export interface DueDelivery {
  readonly id: bigint;
  readonly eventType: string;
  readonly targetUrl: string;
  readonly attempts: number;
}

/** For a dry run. */
export async function findDue(db: Database, dueBy: Date, limit: number): Promise<DueDelivery[]> {
  return await db.$queryRaw<DueDelivery[]>(Prisma.sql`
    SELECT delivery.id, event.event_type AS "eventType", webhook.target_url AS "targetUrl", delivery.attempts
    FROM webhook_delivery delivery
    JOIN webhook ON webhook.id = delivery.webhook_id AND webhook.is_active
    JOIN event_queue event ON event.id = delivery.event_id
    WHERE ${isDue(dueBy, "all")} ORDER BY delivery.next_attempt_at, delivery.id LIMIT ${limit}`);
}

/**
 * Null when it is gone or inactive. A schedule in it that cannot be read counts as none of its own. Throws `UnusableSecret`
 * where its secrets do not open.
 */
export async function loadSubscription(db: Database, secrets: SecretBox, id: bigint): Promise<Subscription | null> {
  const row = await db.webhook.findFirst({ where: { id, isActive: true } });
  if (row === null) return null;
  const stored = { secret: row.secret, headers: row.headers as Record<string, string> };
  const { secret, headers } = openSubscription(secrets, row, stored);
  return {
    id,
    targetUrl: row.targetUrl,
    secrets: secret?.split(/\s+/).filter((one) => one !== "") ?? [],
    schedule: scheduleOf(row.retryConfig),
    headers,
  };
}

function scheduleOf(config: unknown): RetrySchedule | null {
  const parsed = retryScheduleSchema.safeParse(config);
  return parsed.success ? parsed.data : null;
}

const LOST = "the process that made this attempt ended before it could record the answer";

/**
 * Takes due deliveries of one subscription and counts the attempt before it is made, so that a crash in the middle is
 * an attempt on record and not a secret one. One whose lease ran out belonged to a process that died.
 */
export async function claimDeliveries(
  db: Database,
  {
    webhookId,
    token,
    dueBy,
    scope = "all",
    at,
    leaseSeconds,
    limit,
  }: {
    webhookId: bigint;
    token: string;
    dueBy: Date;
    scope?: DeliveryScope;
    at: Date;
    leaseSeconds: number;
    limit: number;
  },
): Promise<ClaimedDelivery[]> {
  return await db.$queryRaw<ClaimedDelivery[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT id, attempts, leased_by FROM webhook_delivery delivery
      WHERE webhook_id = ${webhookId} AND ${isDue(dueBy, scope)}
      ORDER BY next_attempt_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ), lost AS (
      INSERT INTO webhook_attempt (delivery_id, no, at, duration_ms, error)
      SELECT id, attempts, ${at}::timestamptz, 0, ${LOST} FROM next WHERE leased_by IS NOT NULL
      ON CONFLICT (delivery_id, no) DO NOTHING
    ), claimed AS (
      UPDATE webhook_delivery delivery
      SET attempts = delivery.attempts + 1, leased_by = ${token}::uuid,
        leased_until = now() + make_interval(secs => ${leaseSeconds})
      FROM next WHERE delivery.id = next.id
      RETURNING delivery.id, delivery.attempts, delivery.attempts_before_replay, delivery.event_id
    )
    SELECT claimed.id, attempts AS no, attempts - attempts_before_replay AS position, event_id AS "eventId",
      event.event_type AS "eventType", event.payload::text AS payload
    FROM claimed JOIN event_queue event ON event.id = claimed.event_id
    ORDER BY event.created_at, claimed.id`);
}
