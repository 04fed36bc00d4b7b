import { manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { MOVEMENT_EFFECTS, MOVEMENT_KINDS } from "../src/inventory/movement-kinds.ts";
import { type NewMovement, recordMovements } from "../src/inventory/record-movements.sql.ts";
import { releaseReserved, reservePieces, sellReserved } from "../src/inventory/reservations.sql.ts";
import { updateProductsInventory } from "../src/inventory/update-products-inventory.ts";
import { killedAfter } from "./killed-connection.ts";
import { AT, STOCK_GATEWAYS, stockOf, storeUnpaidOrder, storeProducts } from "./stock-under-test.ts";

const STEPS = 10_000;
const SKUS = ["a", "b", "c", "d", "e"];
const SEED = Number(process.env["STOCK_WALK_SEED"] ?? 10);

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

it(`the movements add up to the stock after ${STEPS.toLocaleString("en")} random steps with kills and aborts`, async () => {
  const dice = rollFrom(SEED);
  const pick = <Of>(list: readonly Of[]): Of => list[dice(list.length)]!;
  const clock = manualClock(AT);
  const told: NewMovement[] = [];
  const waiting: NewMovement[] = [];
  const orders: { id: bigint; sku: string; pieces: bigint }[] = [];
  await storeProducts(store.db, Object.fromEntries(SKUS.map((sku) => [sku, 0])));

  const record = async () => void (await recordMovements(store.db, waiting.splice(0), clock.now()));
  const apply = async (db = store.db, options: { limit?: number; aborted?: boolean } = {}) => {
    await record();
    const run = startTaskRun(db, STOCK_GATEWAYS, {
      clock,
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    });
    if (options.aborted === true) run.abort();
    await updateProductsInventory(run.context).catch(() => {});
  };
  const onOrder = (db = store.db) => {
    const order = pick(orders);
    const change = pick([
      (tx: Parameters<typeof sellReserved>[0]) => reservePieces(tx, order.id, [order], clock.now()),
      (tx: Parameters<typeof sellReserved>[0]) => sellReserved(tx, [order.id], clock.now()),
      (tx: Parameters<typeof sellReserved>[0]) => releaseReserved(tx, [order.id], clock.now()),
    ]);
    return db.$transaction((tx) => change(tx) as Promise<unknown>).catch(() => {});
  };

  for (let step = 0; step < STEPS; step += 1) {
    clock.advance(1_000);
    const roll = dice(1_000);
    if (roll < 950) {
      const movement = randomMovement(dice, pick, clock.now(), step);
      told.push(movement);
      waiting.push(movement);
      // Told twice, as often as not.
      if (dice(2) === 0) waiting.push(pick(told));
    } else if (roll < 960) {
      const order = { sku: pick(SKUS), pieces: BigInt(1 + dice(5)) };
      orders.push({ id: await storeUnpaidOrder(store.db, [[order.sku, Number(order.pieces)]]), ...order });
    } else if (roll < 975 && orders.length > 0) await onOrder();
    else if (roll < 980 && orders.length > 0) await onOrder(killedAfter(store.db, 1 + dice(10)));
    else if (roll < 986) await apply(store.db, { limit: 1 + dice(40) });
    else if (roll < 989) await apply(store.db, { aborted: true });
    else if (roll < 994) await apply(killedAfter(store.db, 1 + dice(8)));
    else if (roll < 997) await Promise.all([apply(), apply(), onOrderIfAny()]);
    else await apply();
  }
  await apply();
  expect(await stockOf(store.db)).toEqual(await expectedStock());

  async function onOrderIfAny(): Promise<void> {
    if (orders.length > 0) await onOrder();
  }

  /** The latest count, and all that happened after it. */
  async function expectedStock(): Promise<string[]> {
    const sold = await store.db.shopReservation.groupBy({ by: ["productId", "status"], _sum: { quantity: true } });
    const products = await store.db.shopProduct.findMany({ orderBy: { sku: "asc" } });
    const sales = await store.db.shopMovement.findMany({ where: { source: "shop" } });
    return products.map(({ id, sku }) => {
      const own = told.filter((movement) => movement.sku === sku);
      const counts = own.filter(({ kind }) => kind === "COUNTED");
      const last = counts.sort((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime())[0];
      const isLater = ({ occurredAt }: { occurredAt: Date }) => last === undefined || occurredAt > last.occurredAt;
      const moved = own
        .filter((movement) => movement.kind !== "COUNTED" && isLater(movement))
        .reduce((sum, { kind, pieces }) => sum + BigInt(MOVEMENT_EFFECTS[kind]) * pieces, 0n);
      const gone = sales
        .filter((sale) => sale.sku === sku && isLater(sale))
        .reduce((sum, { quantity }) => sum + quantity!, 0n);
      const held = sold.find(({ productId, status }) => productId === id && status === "HELD")?._sum.quantity ?? 0n;
      return `${sku}: ${(last?.pieces ?? 0n) + moved - gone} - ${held}`;
    });
  }
}, 600_000);

/** Up to two hours late or early, one in fifty a count. */
function randomMovement(
  dice: (sides: number) => number,
  pick: <Of>(list: readonly Of[]) => Of,
  now: Date,
  step: number,
): NewMovement {
  const kinds = MOVEMENT_KINDS.filter((kind) => kind !== "COUNTED");
  const isCount = dice(50) === 0;
  return {
    sku: pick(SKUS),
    kind: isCount ? "COUNTED" : pick(kinds),
    pieces: isCount ? BigInt(dice(500)) : BigInt(1 + dice(9)) * (dice(1_000) === 0 ? 2n ** 53n + 1n : 1n),
    actor: "walk",
    source: "walk",
    sourceRef: String(step),
    occurredAt: new Date(now.getTime() + dice(2 * 7_200_000) - 7_200_000),
  };
}

/** mulberry32. */
function rollFrom(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * sides);
  };
}
