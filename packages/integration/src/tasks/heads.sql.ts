import { Prisma, type Transaction } from "@drumline/db";

/** An entity of one route: its tasks are sent one after the other. */
export interface Line {
  readonly routeId: bigint;
  readonly entityId: bigint;
}

/**
 * Locks entities by id. Whoever adds, ends or takes away tasks of an entity does so under this lock, and before it locks any
 * task: else one that is added while the last one ends would find no head, and be none.
 */
export async function lockEntities(tx: Transaction, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM integration_entity WHERE id = ANY(${[...new Set(ids)]}::bigint[]) ORDER BY id FOR NO KEY UPDATE`);
}

/** Of each line without a head the oldest open task becomes the head; how many did. Under `lockEntities`. */
export async function raiseHeads(tx: Transaction, lines: readonly Line[]): Promise<number> {
  if (lines.length === 0) return 0;
  return await tx.$executeRaw(Prisma.sql`
    WITH line AS (
      SELECT DISTINCT route_id, entity_id
      FROM unnest(${lines.map(({ routeId }) => routeId)}::bigint[], ${lines.map(({ entityId }) => entityId)}::bigint[]) AS line(route_id, entity_id)
    ), next AS MATERIALIZED (
      SELECT open.id FROM line CROSS JOIN LATERAL (
        SELECT id FROM integration_task
        WHERE entity_id = line.entity_id AND route_id = line.route_id AND status IN ('NEW', 'RETRY', 'PROCESSING')
        ORDER BY id LIMIT 1
      ) AS open
      WHERE NOT EXISTS (
        SELECT FROM integration_task head
        WHERE head.entity_id = line.entity_id AND head.route_id = line.route_id AND head.is_head)
    )
    UPDATE integration_task SET is_head = true FROM next WHERE integration_task.id = next.id`);
}

/** A head that has not begun makes way for an older open task of its line: one that a person put back. Under `lockEntities`. */
export async function yieldHeads(tx: Transaction, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE integration_task head SET is_head = false
    FROM unnest(${lines.map(({ routeId }) => routeId)}::bigint[], ${lines.map(({ entityId }) => entityId)}::bigint[]) AS line(route_id, entity_id)
    WHERE head.entity_id = line.entity_id AND head.route_id = line.route_id AND head.is_head AND head.status IN ('NEW', 'RETRY')
      AND EXISTS (
        SELECT FROM integration_task older
        WHERE older.entity_id = line.entity_id AND older.route_id = line.route_id AND older.id < head.id
          AND older.status IN ('NEW', 'RETRY'))`);
}
