import { type Database, Prisma } from "@drumline/db";

export type PrunedStatus = "FINISHED" | "FAILED" | "SKIPPED" | "REJECTED";

export interface PrunedRoute {
  readonly id: bigint;
  readonly identifier: string;
  /** Tasks up to this one are beyond the number that is kept; null where there are none. */
  readonly upTo: bigint | null;
}

/** The routes that are pruned, and for each where the newest `keep` tasks begin. */
export async function findPruned(
  db: Database,
  { routes, keep }: { readonly routes: readonly string[] | null; readonly keep: number | null },
): Promise<PrunedRoute[]> {
  return await db.$queryRaw<PrunedRoute[]>(Prisma.sql`
    SELECT id, identifier, (
      SELECT task.id FROM integration_task task WHERE ${keep}::int IS NOT NULL AND task.route_id = route.id
      ORDER BY task.id DESC OFFSET coalesce(${keep}::int, 0) LIMIT 1) AS "upTo"
    FROM integration_route route
    WHERE ${routes === null} OR identifier = ANY(${[...(routes ?? [])]}::text[]) ORDER BY id`);
}

/**
 * Deletes the oldest tasks of a status, by id, that ended before the instant or are beyond the number; how many. A FAILED
 * one that holds its entity up waits for a person, and stays.
 */
export async function deleteOldTasks(
  db: Database,
  { id, upTo }: PrunedRoute,
  status: PrunedStatus,
  before: Date,
  limit: number,
): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    DELETE FROM integration_task WHERE id IN (
      SELECT id FROM integration_task
      WHERE route_id = ${id} AND status = ${status}::integration_task_status AND NOT is_head
        AND (ended_at < ${before} OR id <= ${upTo}::bigint)
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
}

/** What nobody has a task of any more, and nothing was heard of since then. A record read again is news then. */
export async function deleteUnusedEntities(db: Database, before: Date, limit: number): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    DELETE FROM integration_entity WHERE id IN (
      SELECT id FROM integration_entity entity
      WHERE updated_at < ${before} AND NOT EXISTS (SELECT FROM integration_task WHERE entity_id = entity.id)
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
}
