import { Prisma } from "@drumline/db";
import { startTaskRun, type TaskRunOptions, testDatabase, type TestDatabase } from "@drumline/testing";

import { getOrdersFromOmnitron } from "../src/orders/get-orders-from-omnitron.ts";
import { fulfilWaitingOrders } from "../src/planning/fulfilment/fulfil-waiting-orders.ts";
import type { OmsSettings } from "../src/settings.ts";
import { type Outside, rawItem, rawLocation, rawOrder, startOutside } from "./local-omnitron.ts";

/** A database of its own, an outside with the locations central, A and B, and the two tasks between them. */
export type OrdersUnderTest = Awaited<ReturnType<typeof openOrdersUnderTest>>;

export async function openOrdersUnderTest() {
  const [store, outside] = await Promise.all([testDatabase(), startOutside()]);
  outside.locations.push(rawLocation(1, "central", { priority: 0 }), rawLocation(2, "A"), rawLocation(3, "B"));
  return {
    store,
    db: store.db,
    outside,
    ...tasksOf(store, outside),
    ...questionsOf(store),
    close: async () => {
      await Promise.all([store.close(), outside.close()]);
    },
  };
}

function tasksOf(store: TestDatabase, outside: Outside) {
  /** Orders for `units` each of one product, pulled in. */
  async function ordersFor(sku: number, count: number, units = 1): Promise<void> {
    const product = { pk: sku, sku: `sku-${sku}`, name: "thing", barcode: null };
    for (let pk = sku * 1_000; pk < sku * 1_000 + count; pk += 1)
      outside.orders.push(rawOrder(pk, { orderitem_set: [rawItem(pk, { quantity: units, product })] }));
    await pull();
  }

  const pull = () => getOrdersFromOmnitron(startTaskRun(store.db, outside.gateways()).context);

  async function fulfil(options: TaskRunOptions<object> = {}, settings: Partial<OmsSettings> = {}) {
    const run = startTaskRun(store.db, outside.gateways(settings), options);
    return { ...run, result: await fulfilWaitingOrders(run.context) };
  }

  return { ordersFor, pull, fulfil };
}

function questionsOf(store: TestDatabase) {
  const packages = async () =>
    (await store.db.package.findMany({ orderBy: { number: "asc" }, include: { location: true, items: true } })).map(
      ({ number, location, state, items }) =>
        `${number}@${location.erpCode}:${state}×${items.reduce((sum, { quantity }) => sum + quantity, 0)}`,
    );

  const activeUnits = async () =>
    (await store.db.reservation.aggregate({ where: { status: "ACTIVE" }, _sum: { quantity: true } }))._sum.quantity ??
    0;

  /** Every row planning may write. */
  async function fingerprint(): Promise<unknown> {
    const tables = [
      "orders",
      "stock",
      "reservation",
      "package",
      "package_item",
      "transfer_order",
      "order_execution_plan",
      "order_execution_plan_item",
      "event_queue",
      "state_transition_log",
    ];
    return await Promise.all(
      tables.map((table) =>
        store.db.$queryRaw(Prisma.sql`SELECT ${table}, count(*), sum(hashtext(t::text)) FROM ${Prisma.raw(table)} t`),
      ),
    );
  }
  return { packages, activeUnits, fingerprint };
}
