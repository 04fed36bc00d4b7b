import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { playCarriers, type PlayedCarriers } from "../../test/carriers.ts";
import { type Outside, rawCancellation, startOutside } from "../../test/local-omnitron.ts";
import { AT, storePackages, storeTransfer, type StoredPackage } from "../../test/stored-packages.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { fulfilReplaningOrders } from "../planning/replanning/replan-packages.ts";
import { applyTransitions, type StateChange } from "../states/index.ts";
import { importCancellationPlans } from "./import-cancellation-plans.ts";
import { processCancellationPlans, rerunPlansForCancellationWaitingPackages } from "./process-plans.ts";

let store: TestDatabase;
let outside: Outside;
let carriers: PlayedCarriers;
const clock = manualClock(AT);
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  carriers = playCarriers();
  outside.cancellations.length = 0;
  clock.set(AT);
});
afterEach(async () => {
  expect(await findBrokenInvariants(store.db)).toEqual([]);
  await store.close();
});

const start = (options = {}) => startTaskRun(store.db, { ...outside.gateways(), carriers }, { clock, ...options });
const pull = () => importCancellationPlans(start().context);
const process = (options = {}) => processCancellationPlans(start(options).context);
const rerun = (options = {}) => rerunPlansForCancellationWaitingPackages(start(options).context);
const wish = async (stored: StoredPackage, quantity: number, overrides = {}) => {
  const pk = outside.cancellations.length + 1;
  const modified_date = new Date(AT.getTime() - HOUR_MS + pk * 1_000).toISOString();
  outside.cancellations.push(
    rawCancellation(pk, stored.orderNumber, [[Number(stored.orderPk), quantity]], { modified_date, ...overrides }),
  );
  await pull();
};
const orderState = async ({ orderId }: StoredPackage) =>
  (await store.db.order.findUniqueOrThrow({ where: { id: orderId } })).state;
const packageState = async ({ packageId }: StoredPackage) =>
  (await store.db.package.findUniqueOrThrow({ where: { id: packageId } })).state;
const results = () =>
  store.db.$queryRaw<{ path: string; status: string; done: number; reason: string | null }[]>(Prisma.sql`
    SELECT path, body ->> 'status' AS status, (body #> '{items,0,done}')::int AS done, body #>> '{items,0,reason}' AS reason
    FROM omnitron_message WHERE path LIKE '%cancellation_plans%' ORDER BY id`);
const activeUnits = async () =>
  (
    await store.db.$queryRaw<[{ units: number }]>`
    SELECT coalesce(sum(quantity), 0)::int AS units FROM reservation WHERE status = 'ACTIVE'`
  )[0].units;
const move = (...changes: StateChange[]) => store.db.$transaction((tx) => applyTransitions(tx, changes, clock.now()));
const label = ({ packageId }: StoredPackage, trackingNumber: string) =>
  store.db.shipment.create({ data: { packageId, carrierCode: "dhl", trackingNumber, nextPollAt: AT } });

describe("cancellation plans", () => {
  it("cancel a waiting package whole: reservation and order with it, Omnitron told once, a second run does nothing", async () => {
    const [stored] = await storePackages(store.db, [{ quantity: 3 }]);
    await wish(stored!, 3);
    expect(await process({ dryRun: true })).toMatchObject({
      plans: 1,
      completed: 1,
      wouldDo: [{ plan: "1", becomes: "COMPLETED" }],
    });
    expect(await packageState(stored!)).toBe("WAITING");
    expect(await process()).toMatchObject({ plans: 1, completed: 1, unitsCancelled: 3, packagesCancelled: 1 });
    expect([await packageState(stored!), await orderState(stored!), await activeUnits()]).toEqual([
      "CANCELLED",
      "CANCELLED",
      0,
    ]);
    expect(await store.db.orderExecutionPlan.findFirst()).toMatchObject({ state: "CANCELLED" });
    expect(await results()).toEqual([
      { path: "/api/i1/cancellation_plans/1/result", status: "completed", done: 3, reason: null },
    ]);
    expect(await process()).toMatchObject({ plans: 0 });
    await pull();
    expect(await process()).toMatchObject({ plans: 0 });
    expect(await results()).toHaveLength(1);
  });

  it("take part of a package, free what was reserved for it, and reject what is more than there is", async () => {
    const [stored] = await storePackages(store.db, [{ quantity: 5 }]);
    await wish(stored!, 2);
    await process();
    expect([await packageState(stored!), await orderState(stored!), await activeUnits()]).toEqual([
      "WAITING",
      "APPROVED",
      3,
    ]);
    expect(await store.db.package.findFirst()).toMatchObject({ version: 2 });
    await wish(stored!, 9);
    expect(await process()).toMatchObject({ partial: 1, unitsCancelled: 3 });
    expect([await packageState(stored!), await orderState(stored!)]).toEqual(["CANCELLED", "CANCELLED"]);
    await wish(stored!, 1);
    expect(await process()).toMatchObject({ rejected: 1 });
    expect((await results()).map(({ status, done, reason }) => [status, done, reason])).toEqual([
      ["completed", 2, null],
      ["partial", 3, "NOTHING_LEFT"],
      ["rejected", 0, "NOTHING_LEFT"],
    ]);
  });

  it("reject what the customer has, and record a refund of it as a return", async () => {
    const [stored] = await storePackages(store.db, [{ state: "DELIVERED", quantity: 2 }]);
    await wish(stored!, 1);
    expect(await process()).toMatchObject({ rejected: 1 });
    await wish(stored!, 1, { plan_type: "refund" });
    expect(await process()).toMatchObject({ completed: 1, unitsReturned: 1 });
    expect(await orderState(stored!)).toBe("DELIVERED");
    await wish(stored!, 1, { plan_type: "refund" });
    await process();
    expect([await packageState(stored!), await orderState(stored!)]).toEqual(["DELIVERED", "REFUNDED"]);
    await wish(stored!, 1, { plan_type: "refund" });
    expect(await process()).toMatchObject({ rejected: 1 });
  });

  it("hold a labelled package until the carrier gives the parcel back", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    await label(stored!, "T1");
    carriers.say("T1", ["2026-11-20T11:00:00Z", "DELETED"]);
    await wish(stored!, 1);
    expect(await process()).toMatchObject({ waiting: 1 });
    expect(await store.db.package.findFirst()).toMatchObject({
      state: "CANCELLATION_WAITING",
      cancellationError: "WAITS_FOR_CARRIER",
    });
    expect(await rerun()).toMatchObject({ completed: 1, packagesCancelled: 1 });
    expect([await packageState(stored!), await orderState(stored!)]).toEqual(["CANCELLED", "CANCELLED"]);
    expect(await store.db.shipment.findFirst()).toMatchObject({ status: "DELETED" });
    expect(await rerun()).toMatchObject({ plans: 0 });
  });

  it("let a held package go on when the carrier already has it", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    await label(stored!, "T1");
    carriers.say("T1", ["2026-11-20T11:00:00Z", "SHIPPING"]);
    await wish(stored!, 1);
    await process();
    expect(await rerun()).toMatchObject({ rejected: 1 });
    expect([await packageState(stored!), await orderState(stored!)]).toEqual(["PACKED", "PREPARING"]);
    expect(await results()).toMatchObject([{ status: "rejected", reason: "CARRIER_HAS_IT" }]);
  });

  it("try again hour by hour while the carrier is silent, and give up in the end, loudly", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    await label(stored!, "T1");
    await wish(stored!, 1);
    await process();
    let runs = 0;
    for (; (await packageState(stored!)) === "CANCELLATION_WAITING"; clock.advance(HOUR_MS)) {
      runs += 1;
      const run = start();
      const counts = await rerunPlansForCancellationWaitingPackages(run.context);
      expect(await rerun()).toMatchObject({ plans: 0 });
      if (counts["failed"] === 1) expect(run.problems).toMatchObject([{ recordId: "cancellation plan 1" }]);
    }
    expect([runs, await packageState(stored!)]).toEqual([23, "PACKED"]);
    expect(await store.db.cancellationPlan.findFirst()).toMatchObject({ status: "FAILED", attempts: 24 });
    expect(await results()).toMatchObject([{ status: "rejected", reason: "GAVE_UP" }]);
  });

  it("call off transfers that have not left, wait for those on the road, and plan the rest of a package anew", async () => {
    const [whole, onTheRoad, part] = await storePackages(store.db, [{}, {}, { quantity: 3 }]);
    const transfers = [];
    for (const stored of [whole!, onTheRoad!, part!]) transfers.push(await storeTransfer(store.db, stored, "B"));
    const transfer = { entity: "transfer_order", id: transfers[1]!, actor: "test" } as const;
    await move({ ...transfer, command: "TRANSFER_READY_TO_SHIPMENT" }, { ...transfer, command: "TRANSFER_IN_TRANSIT" });
    for (const stored of [whole!, onTheRoad!, part!]) await wish(stored, 1);
    expect(await process()).toMatchObject({ completed: 2, waiting: 1 });
    expect([await packageState(whole!), await packageState(onTheRoad!), await packageState(part!)]).toEqual([
      "CANCELLED",
      "CANCELLATION_WAITING",
      "NEEDS_REPLAN",
    ]);
    expect(await store.db.transferOrder.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { state: "CANCELLED" },
      { state: "IN_TRANSIT" },
      { state: "CANCELLED" },
    ]);
    await move({ ...transfer, command: "TRANSFER_TRANSFERRED" });
    expect(await rerun()).toMatchObject({ completed: 1 });
    expect([await packageState(onTheRoad!), await orderState(onTheRoad!)]).toEqual(["CANCELLED", "CANCELLED"]);
    Object.assign(outside.stock, { sku: { B: 100 } });
    expect(await fulfilReplaningOrders(start().context)).toMatchObject({ replanned: 1 });
    expect(
      await store.db.packageItem.findMany({ where: { package: { orderId: part!.orderId, state: "WAITING" } } }),
    ).toMatchObject([{ quantity: 2 }]);
  });

  it("wait for an order that has not arrived, carry it out when it has, and fail when it never does", async () => {
    outside.cancellations.push(rawCancellation(1, "R2", [[2, 1]]), rawCancellation(2, "R-never", [[99, 1]]));
    await pull();
    expect(await process()).toMatchObject({ plans: 2, waiting: 2 });
    expect(await process()).toMatchObject({ plans: 0 });
    const [, stored] = await storePackages(store.db, [{}, {}]);
    clock.advance(HOUR_MS);
    expect(await process()).toMatchObject({ plans: 2, completed: 1, waiting: 1 });
    expect(await orderState(stored!)).toBe("CANCELLED");
    for (let hour = 0; hour < 22; hour += 1) {
      clock.advance(HOUR_MS);
      await process();
    }
    expect(await store.db.cancellationPlan.findUnique({ where: { omnitronId: 2n } })).toMatchObject({
      status: "FAILED",
      orderId: null,
    });
    expect((await results()).at(-1)).toMatchObject({ path: "/api/i1/cancellation_plans/2/result", status: "rejected" });
  });

  it("are taken in once, newest version first, a bad one reported and the others not stopped", async () => {
    const [stored] = await storePackages(store.db, [{ quantity: 4 }]);
    await wish(stored!, 1);
    outside.cancellations.push(
      rawCancellation(
        1,
        stored!.orderNumber,
        [
          [Number(stored!.orderPk), 1],
          [Number(stored!.orderPk), 2],
        ],
        { modified_date: "2026-11-20T11:30:00Z" },
      ),
      rawCancellation(2, stored!.orderNumber, [[Number(stored!.orderPk), -1]], {
        modified_date: "2026-11-20T11:31:00Z",
      }),
      rawCancellation(3, stored!.orderNumber, [[Number(stored!.orderPk), 1]], {
        status: "completed",
        modified_date: "2026-11-20T11:32:00Z",
      }),
    );
    const run = start();
    expect(await importCancellationPlans(run.context)).toMatchObject({ taken: 1, problems: 1 });
    expect(run.problems).toMatchObject([{ recordId: "cancellation plan 2" }]);
    expect(await process()).toMatchObject({ plans: 1, unitsCancelled: 3 });
  });
});
