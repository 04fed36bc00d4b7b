import type { JsonValue } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

export interface ClaimedTask {
  readonly id: bigint;
  readonly entityId: bigint;
  readonly entityKey: string;
  readonly payload: JsonValue;
  /** This one included. */
  readonly attempts: number;
}

interface Claim {
  readonly routeId: bigint;
  readonly runId: string;
  readonly leaseSeconds: number;
  readonly now: Date;
  readonly limit: number;
}

/**
 * The oldest tasks of a route that may be sent now: heads that are new, or whose pause is over. The attempt is counted
 * before the work, so that a crash is one. Leases are by the database's clock.
 */
export async function claimTasks(
  db: Database,
  { routeId, runId, leaseSeconds, now, limit }: Claim,
): Promise<ClaimedTask[]> {
  const rows = await db.$queryRaw<ClaimedTask[]>(Prisma.sql`
    WITH fresh AS MATERIALIZED (
      SELECT id FROM integration_task WHERE route_id = ${routeId} AND is_head AND status = 'NEW'
      ORDER BY id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ), again AS MATERIALIZED (
      SELECT id FROM integration_task WHERE route_id = ${routeId} AND is_head AND status = 'RETRY' AND next_at <= ${now}
      ORDER BY next_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ), oldest AS MATERIALIZED (
      SELECT id FROM (SELECT id FROM fresh UNION ALL SELECT id FROM again) AS due ORDER BY id LIMIT ${limit}
    )
    UPDATE integration_task task SET status = 'PROCESSING', attempts = attempts + 1, next_at = NULL, processing_since = now(),
      claimed_by = ${runId}::uuid, claimed_until = now() + make_interval(secs => ${leaseSeconds})
    FROM oldest, integration_entity entity WHERE task.id = oldest.id AND entity.id = task.entity_id
    RETURNING task.id, entity_id AS "entityId", entity.entity_key AS "entityKey", payload, attempts`);
  return rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/**
 * What an earlier try of this run had of the route when its worker died: NEW again, its attempt counted. One without an
 * attempt left is for the repair.
 */
export async function takeBackTasks(db: Database, routeId: bigint, runId: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH mine AS MATERIALIZED (
      SELECT task.id FROM integration_task task JOIN integration_route route ON route.id = task.route_id
      WHERE claimed_by = ${runId}::uuid AND task.route_id = ${routeId} AND status = 'PROCESSING' AND attempts < max_attempts
      ORDER BY task.id FOR NO KEY UPDATE OF task
    )
    UPDATE integration_task task SET status = 'NEW', claimed_until = NULL, processing_since = NULL
    FROM mine WHERE task.id = mine.id`);
}

/** A sign of life for all that the run has. */
export async function renewTasks(db: Database, runId: string, leaseSeconds: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH mine AS MATERIALIZED (
      SELECT id FROM integration_task WHERE claimed_by = ${runId}::uuid AND status = 'PROCESSING' ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE integration_task task SET claimed_until = now() + make_interval(secs => ${leaseSeconds}) FROM mine WHERE task.id = mine.id`);
}

const due = (routeId: bigint, now: Date) => Prisma.sql`
  route_id = ${routeId} AND is_head AND (status = 'NEW' OR (status = 'RETRY' AND next_at <= ${now}))`;

/** Tasks that could be claimed now, as far as `most`. */
export async function countDueTasks(db: Database, routeId: bigint, now: Date, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (SELECT FROM integration_task WHERE ${due(routeId, now)} LIMIT ${most}) AS due`);
  return row.count;
}

/** Tasks that wait to be sent, in their turn, as far as `most`. */
export async function countWaitingTasks(db: Database, routeId: bigint, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM integration_task WHERE route_id = ${routeId} AND status IN ('NEW', 'RETRY') LIMIT ${most}) AS waiting`);
  return row.count;
}
