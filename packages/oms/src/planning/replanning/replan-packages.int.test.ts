import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type Outside, startOutside } from "../../../test/local-omnitron.ts";
import { storeCommands } from "../../../test/store-commands.ts";
import { AT, storeLocations, storePackages, storeStock } from "../../../test/stored-packages.ts";
import { findBrokenInvariants } from "../../invariants.sql.ts";
import { clearInventoryDiscrepancies } from "../../reservations/clear-inventory-discrepancies.ts";
import { fulfilReplaningOrders, retryOutOfStockPackages } from "./replan-packages.ts";

let store: TestDatabase;
let outside: Outside;
beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  for (const sku of Object.keys(outside.stock)) delete outside.stock[sku];
  await storeLocations(store.db, ["A", "B", "central"]);
  await store.db.stockLocation.update({ where: { erpCode: "central" }, data: { priority: 0 } });
});
afterEach(async () => {
  expect(await findBrokenInvariants(store.db)).toEqual([]);
  await store.close();
});

const clock = manualClock(AT);
beforeEach(() => clock.set(AT));
const replan = (options = {}) =>
  fulfilReplaningOrders(startTaskRun(store.db, outside.gateways(), { clock, ...options }).context);
const retry = (options = {}) =>
  retryOutOfStockPackages(startTaskRun(store.db, outside.gateways(), { clock, ...options }).context);
const clear = (options = {}) =>
  clearInventoryDiscrepancies(startTaskRun(store.db, outside.gateways(), { clock, ...options }).context);
const due = () =>
  store.db
    .$executeRaw`UPDATE package SET next_replan_at = ${AT} WHERE state IN ('OUT_OF_STOCK', 'NEEDS_REPLAN', 'DEFECTIVE_PRODUCT', 'UNAVAILABLE')`;
const packages = () =>
  store.db.$queryRaw<{ number: string; state: string; place: string; from: string | null }[]>(Prisma.sql`
    SELECT package.number, package.state::text, place.erp_code AS place, old.number AS from
    FROM package JOIN stock_location place ON place.id = package.location_id
    LEFT JOIN package old ON old.id = package.replanned_from_id ORDER BY package.id`);
const stockOf = async (stock: Record<string, Record<string, number>>) => {
  Object.assign(outside.stock, stock);
  await storeStock(store.db, stock);
};
const command = (id: bigint, name: string, args?: object) => storeCommands(store.db, clock).onPackage(id, name, args);

describe("planning packages again", () => {
  it("replaces a package that finds a place, both linked, and leaves nothing for a second run", async () => {
    await stockOf({ sku: { A: 1 } });
    const [stored] = await storePackages(store.db, [{ state: "OUT_OF_STOCK", location: "central" }]);
    await due();
    expect(await replan()).toEqual({ due: 1, replanned: 1, stillShort: 0, packages: 1 });
    expect(await packages()).toEqual([
      { number: `${stored!.orderNumber}P1`, state: "CANCELLED", place: "central", from: null },
      { number: `${stored!.orderNumber}P2`, state: "WAITING", place: "A", from: `${stored!.orderNumber}P1` },
    ]);
    expect(await store.db.package.findUnique({ where: { id: stored!.packageId } })).toMatchObject({
      cancelReason: "REPLANNED",
      nextReplanAt: null,
    });
    expect(
      await store.db.stateTransitionLog.findFirst({ where: { command: "REPLAN", newState: "CANCELLED" } }),
    ).toMatchObject({
      attributes: { replanned_to: [`${stored!.orderNumber}P2`] },
    });
    expect(await store.db.orderExecutionPlan.findFirst()).toMatchObject({ state: "COMPLETED", attempts: 2 });
    expect(await replan()).toMatchObject({ due: 0 });
  });

  it("keeps a package that finds none, with a pause that doubles up to its longest", async () => {
    await stockOf({ sku: { A: 0 } });
    const [stored] = await storePackages(store.db, [{ state: "NEEDS_REPLAN", location: "central" }]);
    await due();
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      expect(await replan()).toMatchObject({ due: 1, stillShort: 1 });
      expect(await replan()).toMatchObject({ due: 0 });
      const row = await store.db.package.findUniqueOrThrow({ where: { id: stored!.packageId } });
      expect(row).toMatchObject({ state: "OUT_OF_STOCK", replanAttempts: attempt });
      pauses.push((row.nextReplanAt!.getTime() - clock.now().getTime()) / HOUR_MS);
      clock.set(row.nextReplanAt!);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 24, 24]);
    expect(await packages()).toHaveLength(1);
    expect(await store.db.orderExecutionPlan.findFirst()).toMatchObject({
      state: "PENDING",
      attempts: 8,
      context: { attempts: expect.arrayContaining([expect.objectContaining({ trigger: "REPLAN", outcome: "SHORT" })]) },
    });
  });

  it("splits off what has a place, and keeps counting for what is still short", async () => {
    await stockOf({ sku: { A: 2 } });
    await storePackages(store.db, [{ state: "OUT_OF_STOCK", location: "central", quantity: 5 }]);
    await due();
    expect(await retry()).toMatchObject({ replanned: 1, packages: 2 });
    expect((await packages()).map(({ state, place }) => [state, place])).toEqual([
      ["CANCELLED", "central"],
      ["WAITING", "A"],
      ["OUT_OF_STOCK", "central"],
    ]);
    expect(await store.db.package.findFirst({ where: { state: "OUT_OF_STOCK" } })).toMatchObject({
      replanAttempts: 1,
      nextReplanAt: new Date(AT.getTime() + HOUR_MS),
    });
    expect(await store.db.orderExecutionPlan.findFirst()).toMatchObject({ state: "PENDING" });
  });

  it("sends an item back to where it failed once the discrepancy there is cleared, and not before", async () => {
    await stockOf({ sku: { A: 5 } });
    const [failed] = await storePackages(store.db, [{ location: "A" }]);
    await command(failed!.packageId, "DETECTED_OUT_OF_STOCK_ITEM");
    const [other] = await storePackages(store.db, [{ state: "OUT_OF_STOCK", location: "central" }]);
    await due();
    expect(await replan()).toMatchObject({ due: 2, stillShort: 2 });
    expect(await clear({ dryRun: true })).toEqual({ released: 1, wouldRelease: [{ location: "A", sku: "sku" }] });
    expect(await clear()).toEqual({ released: 1 });
    expect(await clear()).toEqual({ released: 0 });
    expect(await store.db.auditEvent.findMany()).toMatchObject([
      { content: { command: "DISCREPANCY_CLEARED", released: 1 } },
    ]);
    // The one that failed there is due at once; the other waits for its hour.
    expect(await replan()).toMatchObject({ due: 1, replanned: 1 });
    clock.advance(HOUR_MS);
    expect(await replan()).toMatchObject({ due: 1, replanned: 1 });
    expect(await packages()).toEqual([
      expect.objectContaining({ number: `${failed!.orderNumber}P1`, state: "CANCELLED" }),
      expect.objectContaining({ number: `${other!.orderNumber}P1`, state: "CANCELLED" }),
      expect.objectContaining({ number: `${failed!.orderNumber}P2`, state: "WAITING", place: "A" }),
      expect.objectContaining({ number: `${other!.orderNumber}P2`, state: "WAITING", place: "A" }),
    ]);
  });

  it("sends a refused item back to where it was refused once the level there has risen, and not before", async () => {
    await stockOf({ sku: { A: 5 } });
    const [failed] = await storePackages(store.db, [{ location: "A" }]);
    await command(failed!.packageId, "REFUSE", { reason: { title: "closed" } });
    expect(await replan()).toMatchObject({ stillShort: 1 });
    clock.advance(HOUR_MS);
    await clear();
    await stockOf({ sku: { A: 4 } });
    expect(await replan()).toMatchObject({ stillShort: 1 });
    clock.advance(2 * HOUR_MS);
    outside.stock["sku"] = { A: 50 };
    expect(await replan()).toMatchObject({ replanned: 1 });
    const [again] = await store.db.package.findMany({ where: { state: "WAITING" } });
    clock.advance(HOUR_MS);
    await command(again!.id, "REFUSE", { reason: { title: "closed" } });
    expect(await replan()).toMatchObject({ stillShort: 1 });
  });

  it("shows a person a package that only failed locations could send, accepted or not, until it waits no more", async () => {
    await stockOf({ sku: { A: 5 }, other: {} });
    const [refused] = await storePackages(store.db, [{ location: "A" }, { state: "OUT_OF_STOCK", sku: "other" }]);
    await command(refused!.packageId, "REFUSE", { reason: { title: "closed" } });
    await due();
    expect(await replan()).toMatchObject({ stillShort: 2 });
    const open = () => store.db.problem.findMany({ where: { closedAt: null } });
    expect(await open()).toMatchObject([
      {
        kind: "PACKAGE_HAS_NO_PLACE",
        subjectKey: `${refused!.orderNumber}P1`,
        reason: "no location can send sku, but for those that failed it before",
        detail: { order: refused!.orderNumber, lines: [{ sku: "sku", wanted: 1 }] },
      },
    ]);
    clock.advance(HOUR_MS);
    expect(await replan()).toMatchObject({ stillShort: 2 });
    expect(await open()).toMatchObject([{ seenCount: 2 }]);
    await store.db.problem.updateMany({ data: { closedAt: clock.now(), ending: "BY_PERSON", accepted: true } });
    clock.advance(4 * HOUR_MS);
    outside.stock["sku"] = { A: 50 };
    expect(await replan()).toMatchObject({ replanned: 1 });
    expect(await store.db.problem.findMany()).toMatchObject([{ ending: "BY_PERSON", accepted: false }]);
  });

  it("takes only the states each task is for, and only what is due", async () => {
    await stockOf({ sku: { A: 10 } });
    const states = ["NEEDS_REPLAN", "OUT_OF_STOCK", "DEFECTIVE_PRODUCT", "UNAVAILABLE"] as const;
    await storePackages(
      store.db,
      states.map((state) => ({ state, location: "central" })),
    );
    await store.db.package.updateMany({ data: { nextReplanAt: new Date(AT.getTime() + 1) } });
    expect(await replan()).toMatchObject({ due: 0 });
    await due();
    expect(await retry()).toMatchObject({ due: 2, replanned: 2 });
    expect(await replan()).toMatchObject({ due: 2, replanned: 2 });
  });

  it("leaves what somebody wants to cancel", async () => {
    await stockOf({ sku: { A: 10 } });
    const [wished, item] = await storePackages(store.db, [
      { state: "OUT_OF_STOCK", location: "central" },
      { state: "OUT_OF_STOCK", location: "central" },
    ]);
    await due();
    await store.db.cancellationPlan.create({
      data: {
        omnitronId: 1n,
        orderNumber: wished!.orderNumber,
        orderId: wished!.orderId,
        type: "CANCEL",
        nextAttemptAt: AT,
        remoteModifiedAt: AT,
        payload: {},
      },
    });
    await store.db.orderItem.update({ where: { id: item!.orderItemId }, data: { state: "CANCELLATION_WAITING" } });
    expect(await replan()).toMatchObject({ due: 0 });
  });

  it("says what it would do, and does nothing", async () => {
    await stockOf({ sku: { A: 1 } });
    const [stored] = await storePackages(store.db, [{ state: "OUT_OF_STOCK", location: "central" }]);
    await due();
    const before = await packages();
    expect(await replan({ dryRun: true })).toMatchObject({
      due: 1,
      replanned: 1,
      wouldReplan: [{ package: `${stored!.orderNumber}P1`, becomes: [{ location: "A", state: "WAITING" }] }],
    });
    expect(await packages()).toEqual(before);
  });

  it("plans every package of an order, one after the other", async () => {
    await stockOf({ sku: { A: 1, B: 1 } });
    await storePackages(store.db, [{ state: "OUT_OF_STOCK", location: "central", quantity: 2 }]);
    await due();
    await retry();
    await store.db
      .$executeRaw`UPDATE package SET state = 'NEEDS_REPLAN', next_replan_at = ${AT} WHERE state = 'WAITING'`;
    await store.db.$executeRaw`UPDATE reservation SET status = 'RELEASED'`;
    await store.db.$executeRaw`INSERT INTO state_transition_log (entity_type, entity_id, new_state, command, actor, at)
      SELECT 'package', id, 'NEEDS_REPLAN', 'REFUSE', 'test', ${AT} FROM package WHERE state = 'NEEDS_REPLAN'`;
    expect(await replan()).toMatchObject({ due: 2, replanned: 2 });
  });
});

describe("several replanners at once", () => {
  it("replan each package once, and promise no unit twice", async () => {
    await stockOf({ sku: { A: 13, B: 4 } });
    await storePackages(
      store.db,
      Array.from({ length: 60 }, () => ({ state: "OUT_OF_STOCK" as const, location: "central" })),
    );
    await due();
    const settings = { omsPlanBatchSize: 7 };
    const runs = await Promise.all(
      [fulfilReplaningOrders, retryOutOfStockPackages, fulfilReplaningOrders, retryOutOfStockPackages].map((task) =>
        task(startTaskRun(store.db, outside.gateways(settings), { clock }).context),
      ),
    );
    const sum = (key: string) => runs.reduce((total, run) => total + Number(run[key]), 0);
    expect([sum("due"), sum("replanned"), sum("stillShort")]).toEqual([60, 17, 43]);
    expect(await store.db.package.count({ where: { state: "WAITING" } })).toBe(17);
  });
});

it("replans thousands of packages in one run", async () => {
  const skus = Array.from({ length: 400 }, (_, index) => `sku-${index}`);
  await stockOf(Object.fromEntries(skus.map((sku) => [sku, { A: 100 }])));
  await storePackages(
    store.db,
    Array.from({ length: 4_000 }, (_, index) => ({
      state: "OUT_OF_STOCK" as const,
      location: "central",
      sku: skus[index % 400]!,
    })),
  );
  await due();
  await store.db.$executeRaw`ANALYZE`;
  const startedAt = performance.now();
  expect(await replan()).toMatchObject({ replanned: 4_000 });
  const perSecond = Math.round(4_000 / ((performance.now() - startedAt) / 1_000));
  process.stderr.write(`replan: ${perSecond} packages/s\n`);
}, 600_000);
