import { type Database, Prisma } from "@drumline/db";

import { storePackages, storeStock } from "../../packages/oms/test/stored-packages.ts";

const SKUS = 50;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export async function emptyTables(db: Database): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    TRUNCATE channel, product, stock_location, orders, webhook, event_queue, webhook_request, audit_event,
      archived_audit_event, state_transition_log, cancellation_plan, distribution_scenario, omnitron_message
    RESTART IDENTITY CASCADE`);
}

export async function addEvents(
  db: Database,
  { count, hooks }: { count: number; hooks: readonly string[] },
): Promise<void> {
  for (const hook of hooks)
    await db.webhook.create({ data: { owner: "bench", targetUrl: hook, eventType: "package.*", secret: SECRET } });
  await db.$executeRaw(Prisma.sql`
    INSERT INTO event_queue (id, event_type, entity_type, entity_id, payload, created_at, modified_at)
    SELECT gen_random_uuid(), 'package.created', 'package', n,
      jsonb_build_object('number', 'R' || n || 'P1', 'order_number', 'R' || n, 'location', 'A', 'state', 'WAITING',
        'items', jsonb_build_array(jsonb_build_object('order_item_id', n, 'sku', 'sku-' || n % 50, 'quantity', 1))),
      now() - interval '1 hour', now() - interval '1 hour'
    FROM generate_series(1, ${count}::int) n`);
  await db.$executeRaw(Prisma.sql`ANALYZE event_queue`);
}

export async function addOldAuditEvents(db: Database, count: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO audit_event (id, timestamp, actor, remote_addr, url, entity_type, entity_id, content)
    SELECT overlay(overlay(gen_random_uuid()::text PLACING to_char(n, 'FM00000000') FROM 1) PLACING '7' FROM 15)::uuid,
      now() - interval '200 days' + n * interval '1 second', 'someone', '10.0.0.1',
      '/api/v1/oms/packages/' || n || '/command', 'package', n::text,
      jsonb_build_object('command', 'SHIP_THE_PACKAGE', 'old_state', 'PACKED', 'new_state', 'SHIPPED', 'note', repeat('x', 200))
    FROM generate_series(1, ${count}::int) n`);
  await db.$executeRaw(Prisma.sql`ANALYZE audit_event`);
}

export async function addOldRequests(db: Database, count: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO webhook_request (source, event_uuid, body, status, created_at)
    SELECT 'omnitron.orders', n::text, '{"event": {"type": "order.created"}}', 'DONE', now() - interval '40 days' + n * interval '1 second'
    FROM generate_series(1, ${count}::int) n`);
  await db.$executeRaw(Prisma.sql`ANALYZE webhook_request`);
}

export async function addShipments(db: Database, count: number): Promise<void> {
  await addPackages(db, count, "SHIPPED");
  await db.$executeRaw(Prisma.sql`
    INSERT INTO shipment (package_id, carrier_code, tracking_number, status, shipped_at, next_poll_at, created_at)
    SELECT id, 'correios', 'T' || id, 'SHIPPING', now() - interval '1 day', now() - interval '1 hour', now() - interval '2 days'
    FROM package`);
  await db.$executeRaw(Prisma.sql`ANALYZE shipment`);
}

export async function addDuePackages(db: Database, count: number): Promise<void> {
  await addPackages(db, count, "OUT_OF_STOCK");
  await db.$executeRaw(Prisma.sql`UPDATE package SET next_replan_at = now() - interval '1 hour'`);
  await db.$executeRaw(Prisma.sql`ANALYZE package`);
}

export async function addCancellationPlans(db: Database, count: number): Promise<void> {
  await addPackages(db, count, "WAITING");
  await db.$executeRaw(Prisma.sql`
    WITH plan AS (
      INSERT INTO cancellation_plan (omnitron_id, order_number, order_id, type, next_attempt_at, remote_modified_at, payload)
      SELECT omnitron_id, number, id, 'CANCEL', now() - interval '1 hour', now() - interval '1 hour', '{}' FROM orders
      RETURNING id, order_id
    )
    INSERT INTO cancellation_plan_item (plan_id, omnitron_item_id, order_item_id, quantity)
    SELECT plan.id, item.omnitron_id, item.id, item.quantity FROM plan JOIN order_item item USING (order_id)`);
  await db.$executeRaw(Prisma.sql`ANALYZE cancellation_plan`);
}

async function addPackages(db: Database, count: number, state: "SHIPPED" | "OUT_OF_STOCK" | "WAITING"): Promise<void> {
  await db.$executeRaw(Prisma.sql`INSERT INTO stock_location (erp_code, name, priority) VALUES ('A', 'A', 100)`);
  const skus = Array.from({ length: SKUS }, (_, index) => `sku-${index}`);
  await storeStock(db, Object.fromEntries(skus.map((sku) => [sku, { A: 1_000_000 }])));
  await storePackages(
    db,
    Array.from({ length: count }, (_, index) => ({ state, sku: skus[index % SKUS]! })),
  );
  await db.$executeRaw(Prisma.sql`ANALYZE`);
}
