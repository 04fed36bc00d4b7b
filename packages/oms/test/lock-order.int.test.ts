import { randomUUID } from "node:crypto";

import { type Database, Prisma } from "@drumline/db";
import { type TestDatabase, testDatabase, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { postponePlans, releasePlans } from "../src/cancellations/claim-plans.sql.ts";
import { saveSent } from "../src/messages/messages.sql.ts";
import { saveProducts } from "../src/orders/save-import.sql.ts";
import { releaseClaims } from "../src/planning/fulfilment/claim-orders.sql.ts";
import { planTracking } from "../src/shipments/plan-tracking.ts";
import { releaseShipments } from "../src/shipments/claim-shipments.sql.ts";
import { savePolls } from "../src/shipments/save-polls.sql.ts";
import { storePackages } from "./stored-packages.ts";

const AT = new Date("2026-11-20T13:00:00Z");
const runId = randomUUID();

let store: TestDatabase;
beforeAll(async () => {
  store = await testDatabase();
});
afterAll(async () => {
  await store.close();
});

/** Changes these rows of a table. */
type Change = (db: Database, ids: readonly bigint[]) => Promise<unknown>;

it.each<[string, string, () => Promise<bigint[]>, Change]>([
  ["the claims of a planner", "orders", storeOrders, (db, ids) => releaseClaims(db, runId, ids)],
  ["the claims of a tracking run", "shipment", storeShipments, (db, ids) => releaseShipments(db, runId, ids)],
  ["what carriers said", "shipment", storeShipments, savePollsOf],
  ["the claims on cancellation plans", "cancellation_plan", storePlans, (db, ids) => releasePlans(db, runId, ids)],
  ["plans for later", "cancellation_plan", storePlans, postponePlansOf],
  ["what became of messages", "omnitron_message", storeMessages, saveSentOf],
  ["new names of products", "product", storeProducts, renameProducts],
])("%s are written in the order of their ids, wherever the rows lie", async (_what, table, storeRows, change) => {
  const ids = await storeRows();
  await claimFromLastToFirst(table, ids);
  const outcome = await store.db.$transaction(async (other) => {
    const lock = (id: bigint) =>
      other.$queryRaw(Prisma.sql`SELECT FROM ${Prisma.raw(table)} WHERE id = ${id} FOR NO KEY UPDATE NOWAIT`);
    await lock(ids[0]!);
    const changing = change(store.db, ids);
    await untilTrue(isSomebodyWaiting, { what: "the change waits for the first row" });
    // Whoever waits for the first has none of the others: so nobody can wait for him in turn.
    await expect(lock(ids.at(-1)!)).resolves.toBeDefined();
    return { changing };
  });
  await outcome.changing;
});

const isSomebodyWaiting = async (): Promise<boolean> => {
  const [row] = await store.db.$queryRaw<[{ waiting: number }]>(Prisma.sql`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return row.waiting > 0;
};

/** Every update moves its row to the end of the table: the first row comes to lie last. */
async function claimFromLastToFirst(table: string, ids: readonly bigint[]): Promise<void> {
  const claim = table === "product" ? Prisma.sql`name = name` : Prisma.sql`claimed_by = ${runId}::uuid`;
  for (const id of ids.toReversed())
    await store.db.$executeRaw(Prisma.sql`UPDATE ${Prisma.raw(table)} SET ${claim} WHERE id = ${id}`);
  await store.db.$executeRawUnsafe(`ANALYZE ${table}`);
}

const COUNT = 6;

async function storeOrders(): Promise<bigint[]> {
  const packages = await storePackages(
    store.db,
    Array.from({ length: COUNT }, () => ({ state: "SHIPPED" as const })),
  );
  return packages.map(({ orderId }) => orderId).toSorted((left, right) => Number(left - right));
}

async function storeShipments(): Promise<bigint[]> {
  await store.db.shipment.deleteMany();
  const packages = await storePackages(
    store.db,
    Array.from({ length: COUNT }, () => ({ state: "SHIPPED" as const })),
  );
  return await idsOf(Prisma.sql`
    INSERT INTO shipment (package_id, carrier_code, tracking_number, next_poll_at, created_at, updated_at)
    SELECT id, 'jadlog', 'T-' || id, ${AT}, ${AT}, ${AT} FROM unnest(${packages.map(({ packageId }) => packageId)}::bigint[]) id
    RETURNING id`);
}

async function storePlans(): Promise<bigint[]> {
  return await idsOf(Prisma.sql`
    INSERT INTO cancellation_plan
      (omnitron_id, order_number, type, next_attempt_at, remote_modified_at, payload, created_at, updated_at)
    SELECT (SELECT coalesce(max(omnitron_id), 0) FROM cancellation_plan) + n, 'unknown', 'CANCEL', ${AT}, ${AT}, '{}', ${AT}, ${AT}
    FROM generate_series(1, ${COUNT}::int) n RETURNING id`);
}

async function storeMessages(): Promise<bigint[]> {
  const [orderId] = await storeOrders();
  return await idsOf(Prisma.sql`
    INSERT INTO omnitron_message (event_id, order_id, path, body, next_attempt_at, created_at)
    SELECT gen_random_uuid(), ${orderId!}, '/api', '{}', ${AT}, ${AT} FROM generate_series(1, ${COUNT}::int) RETURNING id`);
}

async function storeProducts(): Promise<bigint[]> {
  return await idsOf(Prisma.sql`
    INSERT INTO product (sku, omnitron_id, name)
    SELECT 'row-' || n, 900000 + n, 'old' FROM generate_series(1, ${COUNT}::int) n RETURNING id`);
}

async function idsOf(insert: Prisma.Sql): Promise<bigint[]> {
  const rows = await store.db.$queryRaw<{ id: bigint }[]>(insert);
  return rows.map(({ id }) => id).toSorted((left, right) => Number(left - right));
}

async function savePollsOf(db: Database, ids: readonly bigint[]): Promise<void> {
  const open = { carrierCode: "jadlog", trackingNumber: "T", status: "CREATED", createdAt: AT } as const;
  const polls = ids.map((id) => ({
    shipmentId: id,
    plan: planTracking(
      { ...open, id, lastEventAt: null, pollFailures: 0 },
      { kind: "failed", error: "the carrier is away", retryAfterMs: null },
      AT,
    ),
  }));
  await db.$transaction((tx) => savePolls(tx, polls, { runId, at: AT }));
}

async function postponePlansOf(db: Database, ids: readonly bigint[]): Promise<void> {
  const refused = ids.map((id) => ({ id, error: "refused" }));
  await postponePlans(db, runId, refused, { until: AT, at: AT });
}

async function saveSentOf(db: Database, ids: readonly bigint[]): Promise<void> {
  const sent = ids.map((id) => ({ id, error: null, nextAttemptAt: AT, isGivenUp: false }));
  await saveSent(db, runId, sent, AT);
}

async function renameProducts(db: Database, ids: readonly bigint[]): Promise<void> {
  const products = await db.product.findMany({ where: { id: { in: [...ids] } } });
  await db.$transaction((tx) =>
    saveProducts(
      tx,
      products.map(({ sku, omnitronId }) => ({ sku, pk: omnitronId!, name: "new", barcode: null })),
    ),
  );
}
