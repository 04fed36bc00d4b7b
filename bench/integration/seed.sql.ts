import { type Database, Prisma } from "@drumline/db";

/** What the mapping of one order costs is measured by `mappings`; here it is a small one. */
const EXPRESSION = '{ "number": $string(no), "total_minor": $round($number(total) * 100), "lines": lines }';

/** A route of its own that sends to an address, fifty requests at once. Returns its id. */
export async function addRoute(db: Database, identifier: string, url: string): Promise<bigint> {
  const at = new Date();
  const named = { identifier, name: identifier, createdAt: at, updatedAt: at };
  const route = await db.integrationRoute.create({
    data: {
      ...named,
      parallel: 50,
      maxAttempts: 10,
      incoming: { create: { ...named, source: { kind: "webhook" } } },
      outgoing: { create: { ...named, target: { kind: "http", url, timeoutMs: 1_000 } } },
      transformers: { create: { position: 0, transformer: { create: { ...named, expression: EXPRESSION } } } },
    },
  });
  return route.id;
}

/** NEW tasks of a route in the order of their numbers, each of an entity of its own. */
export async function addTasks(db: Database, routeId: bigint, count: number): Promise<void> {
  const incomingId = Prisma.sql`(SELECT incoming_id FROM integration_route WHERE id = ${routeId})`;
  await db.$executeRaw(Prisma.sql`
    INSERT INTO integration_entity (incoming_id, entity_key, seen, updated_at)
    SELECT ${incomingId}, 'e' || no, '{}', now() FROM generate_series(1, ${count}::int) no
    ON CONFLICT DO NOTHING`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO integration_task (route_id, entity_id, status, is_head, payload, payload_hash, payload_bytes, created_at)
    SELECT ${routeId}::bigint, entity.id, 'NEW', true,
      jsonb_build_object('no', no, 'total', '12.50', 'lines', '[{"sku": "SKU-1", "quantity": 2}, {"sku": "SKU-2", "quantity": 1}]'::jsonb),
      no::text, 120, now()
    FROM generate_series(1, ${count}::int) no
    JOIN integration_entity entity ON entity.incoming_id = ${incomingId}
      AND entity.entity_key = 'e' || no
    ORDER BY no`);
  await db.$executeRaw(Prisma.sql`ANALYZE integration_entity, integration_task`);
}

export async function countOpen(db: Database, routeId: bigint): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM integration_task WHERE route_id = ${routeId} AND status <> 'FINISHED'`);
  return row.count;
}
