import { manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { playCarriers } from "../../test/carriers.ts";
import { type Outside, rawCancellation, startOutside } from "../../test/local-omnitron.ts";
import { AT, storePackages } from "../../test/stored-packages.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { fulfilReplaningOrders } from "../planning/replanning/replan-packages.ts";
import { applyTransitions, type StateChange } from "../states/index.ts";
import { importCancellationPlans } from "./import-cancellation-plans.ts";
import { processCancellationPlans } from "./process-plans.ts";

let store: TestDatabase;
let outside: Outside;
const carriers = playCarriers();
const clock = manualClock(AT);
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  outside.cancellations.length = 0;
});
afterEach(async () => {
  expect(await findBrokenInvariants(store.db)).toEqual([]);
  await store.close();
});

const start = () => startTaskRun(store.db, { ...outside.gateways(), carriers }, { clock });
const pull = () => importCancellationPlans(start().context);
const process = () => processCancellationPlans(start().context);
const move = (...changes: StateChange[]) => store.db.$transaction((tx) => applyTransitions(tx, changes, clock.now()));

describe("several at once", () => {
  it("carry each plan out once, while others pack and replan the same packages", async () => {
    Object.assign(outside.stock, { sku: { A: 1_000_000 } });
    const stored = await storePackages(
      store.db,
      Array.from({ length: 60 }, (_, index) => ({
        state: (["WAITING", "OUT_OF_STOCK", "PREPARING"] as const)[index % 3]!,
        quantity: 1 + (index % 4),
      })),
    );
    await store.db.$executeRaw`UPDATE package SET next_replan_at = ${AT} WHERE state = 'OUT_OF_STOCK'`;
    for (const [index, one] of stored.entries()) {
      const pk = index + 1;
      outside.cancellations.push(
        rawCancellation(pk, one.orderNumber, [[Number(one.orderPk), 1 + (index % 2)]]),
        rawCancellation(pk + 1_000, one.orderNumber, [[Number(one.orderPk), 1]]),
      );
    }
    await pull();
    const settings = { omsCancellationBatchSize: 9 };
    const canceller = () =>
      processCancellationPlans(startTaskRun(store.db, { ...outside.gateways(settings), carriers }, { clock }).context);
    const pack = stored.map(({ packageId }) =>
      move({ entity: "package", id: packageId, command: "COMPLETE_PACKAGING_WITHOUT_SHIPMENT", actor: "store" }),
    );
    const [runs] = await Promise.all([
      Promise.all([canceller(), canceller(), canceller()]),
      fulfilReplaningOrders(start().context),
      fulfilReplaningOrders(start().context),
      ...pack,
    ]);
    await process();
    expect(runs.reduce((sum, run) => sum + Number(run["plans"]), 0)).toBeGreaterThan(0);
    expect(await store.db.cancellationPlan.count({ where: { status: { in: ["WAITING", "PROCESSING"] } } })).toBe(0);
    expect(await store.db.omnitronMessage.count({ where: { path: { contains: "cancellation_plans" } } })).toBe(120);
  });
});

it("asks for help when more than a batch waits", async () => {
  const stored = await storePackages(store.db, [{}, {}, {}]);
  for (const [index, one] of stored.entries())
    outside.cancellations.push(rawCancellation(index + 1, one.orderNumber, [[Number(one.orderPk), 1]]));
  await pull();
  const settings = { omsCancellationBatchSize: 1 };
  const run = startTaskRun(store.db, { ...outside.gateways(settings), carriers }, { clock });
  expect(await processCancellationPlans(run.context)).toMatchObject({ plans: 3 });
  expect(run.helpers).toEqual([2]);
});

it("carries out thousands of plans in one run", async () => {
  const stored = await storePackages(
    store.db,
    Array.from({ length: 4_000 }, () => ({ quantity: 2 })),
  );
  for (const [index, one] of stored.entries())
    outside.cancellations.push(rawCancellation(index + 1, one.orderNumber, [[Number(one.orderPk), 1 + (index % 2)]]));
  await pull();
  await store.db.$executeRaw`ANALYZE`;
  const startedAt = performance.now();
  expect(await process()).toMatchObject({ plans: 4_000, completed: 4_000 });
  const perSecond = Math.round(4_000 / ((performance.now() - startedAt) / 1_000));
  globalThis.process.stderr.write(`cancel: ${perSecond} plans/s\n`);
}, 600_000);
