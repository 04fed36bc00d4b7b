import { toStorableJson } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

import { type Line, lockEntities, raiseHeads } from "./heads.sql.ts";

/** By the database's clock, as leases are: a worker's own may be minutes off. */
const isStuck = (stuckMs: number) => Prisma.sql`
  status = 'PROCESSING' AND claimed_until < now() AND processing_since < now() - make_interval(secs => ${stuckMs / 1_000})`;

export async function countStuck(db: Database, stuckMs: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM integration_task WHERE ${isStuck(stuckMs)}`);
  return row.count;
}

const REASON = "the worker that had it died, and no attempt is left";

/** Up to `limit` stuck tasks are NEW again, FAILED where their attempts are spent. The dead attempt was counted by its claim. */
export async function repairStuck(
  db: Database,
  { stuckMs, at, limit }: { readonly stuckMs: number; readonly at: Date; readonly limit: number },
): Promise<readonly { readonly id: bigint; readonly status: "NEW" | "FAILED" }[]> {
  return await db.$transaction(async (tx) => {
    const found = await tx.$queryRaw<{ id: bigint; entityId: bigint }[]>(Prisma.sql`
      SELECT id, entity_id AS "entityId" FROM integration_task WHERE ${isStuck(stuckMs)} ORDER BY id LIMIT ${limit}`);
    if (found.length === 0) return [];
    await lockEntities(
      tx,
      found.map(({ entityId }) => entityId),
    );
    const entry = toStorableJson([{ at, status: "REPAIRED", reason: "the worker that had it showed no life" }]);
    const repaired = await tx.$queryRaw<
      { id: bigint; status: "NEW" | "FAILED"; isHead: boolean; routeId: bigint; entityId: bigint }[]
    >(Prisma.sql`
      WITH stuck AS MATERIALIZED (
        SELECT id FROM integration_task WHERE id = ANY(${found.map(({ id }) => id)}::bigint[]) AND ${isStuck(stuckMs)}
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
      )
      UPDATE integration_task task SET
        status = CASE WHEN attempts >= route.max_attempts THEN 'FAILED' ELSE 'NEW' END::integration_task_status,
        is_head = attempts < route.max_attempts OR route.on_failed = 'BLOCK',
        reason = CASE WHEN attempts >= route.max_attempts THEN ${REASON} END,
        ended_at = CASE WHEN attempts >= route.max_attempts THEN ${at}::timestamptz END,
        claimed_until = NULL, processing_since = NULL, export_log = export_log || ${JSON.stringify(entry)}::jsonb
      FROM stuck, integration_route route WHERE task.id = stuck.id AND route.id = task.route_id
      RETURNING task.id, task.status::text, task.is_head AS "isHead", task.route_id AS "routeId", task.entity_id AS "entityId"`);
    await raiseHeads(
      tx,
      repaired.filter(({ isHead }) => !isHead),
    );
    return repaired;
  });
}

/** Among the next open tasks, those that are heads of nothing where nothing is the head; `last` is where the next look begins. */
export async function findHeadless(
  db: Database,
  after: bigint,
  limit: number,
): Promise<{ readonly lines: readonly Line[]; readonly last: bigint | null }> {
  const [row] = await db.$queryRaw<
    [{ lines: { routeId: string; entityId: string }[] | null; last: bigint | null; looked: number }]
  >(Prisma.sql`
    WITH entity AS MATERIALIZED (
      SELECT DISTINCT entity_id, route_id FROM integration_task
      WHERE status IN ('NEW', 'RETRY', 'PROCESSING') AND entity_id > ${after} ORDER BY entity_id, route_id LIMIT ${limit}
    )
    SELECT count(*)::int AS looked, max(entity_id) AS last,
      json_agg(json_build_object('routeId', route_id::text, 'entityId', entity_id::text)) FILTER (WHERE NOT EXISTS (
        SELECT FROM integration_task head
        WHERE head.entity_id = entity.entity_id AND head.route_id = entity.route_id AND head.is_head)) AS lines
    FROM entity`);
  const lines = (row.lines ?? []).map((line) => ({ routeId: BigInt(line.routeId), entityId: BigInt(line.entityId) }));
  return { lines, last: row.looked < limit ? null : row.last };
}

export async function raiseHeadless(db: Database, lines: readonly Line[]): Promise<number> {
  return await db.$transaction(async (tx) => {
    await lockEntities(
      tx,
      lines.map(({ entityId }) => entityId),
    );
    return await raiseHeads(tx, lines);
  });
}
