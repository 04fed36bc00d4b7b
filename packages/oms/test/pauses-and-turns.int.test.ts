import { HOUR_MS, manualClock, MINUTE_MS } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import {
  processCancellationPlans,
  rerunPlansForCancellationWaitingPackages,
} from "../src/cancellations/process-plans.ts";
import { importCancellationPlans } from "../src/cancellations/import-cancellation-plans.ts";
import { fulfilReplaningOrders } from "../src/planning/replanning/replan-packages.ts";
import { retryOutOfStockTransfers } from "../src/planning/replanning/retry-out-of-stock-transfers.ts";
import { updateAllTrackingInformation } from "../src/shipments/update-tracking.ts";
import { playCarriers } from "./carriers.ts";
import { type Outside, rawCancellation, startOutside } from "./local-omnitron.ts";
import { storeCommands } from "./store-commands.ts";
import { AT, storeLocations, storePackages, storeStock, storeTransfer } from "./stored-packages.ts";

/** Every pause below is an hour, the default, and so is the schedule's interval. */
const dueAt = (turn: number) => new Date(AT.getTime() + turn * HOUR_MS);
/**
 * Each run comes to its look sooner in its turn than the one before, which is what cost every second turn: the first of them
 * when the next one is near.
 */
const lookAt = (turn: number) => new Date(dueAt(turn).getTime() + [55 * MINUTE_MS, 40 * MINUTE_MS, 400, 200][turn]!);
const TURNS = [0, 1, 2, 3];

let store: TestDatabase;
let outside: Outside;
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  outside.cancellations.length = 0;
  await storeLocations(store.db, ["A", "B"]);
});
afterEach(() => store.close());

const startTurn = (turn: number) =>
  startTaskRun(
    store.db,
    { ...outside.gateways(), carriers: playCarriers() },
    { clock: manualClock(lookAt(turn)), run: { dueAt: dueAt(turn) } },
  ).context;

describe("a pause as long as the interval of its schedule costs no turn", () => {
  it("of a cancellation plan whose order has not come", async () => {
    outside.cancellations.push(rawCancellation(1, "not here yet", [[1, 1]], { modified_date: AT.toISOString() }));
    await importCancellationPlans(startTurn(0));
    for (const turn of TURNS)
      expect(await processCancellationPlans(startTurn(turn))).toMatchObject({ plans: 1, waiting: 1 });
  });

  it("of a cancellation that waits for a parcel", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    const parcel = { packageId: stored!.packageId, carrierCode: "dhl", trackingNumber: "T1", nextPollAt: AT };
    await store.db.shipment.create({ data: parcel });
    outside.cancellations.push(
      rawCancellation(1, stored!.orderNumber, [[Number(stored!.orderPk), 1]], { modified_date: AT.toISOString() }),
    );
    await importCancellationPlans(startTurn(0));
    await processCancellationPlans(startTurn(0));
    for (const turn of TURNS)
      expect(await rerunPlansForCancellationWaitingPackages(startTurn(turn))).toMatchObject({ plans: 1, waiting: 1 });
  });

  it("of a package for which there is no stock", async () => {
    await storePackages(store.db, [{ state: "OUT_OF_STOCK" }]);
    await store.db.package.updateMany({ data: { nextReplanAt: AT } });
    const doubling = TURNS.slice(0, 2);
    for (const turn of doubling)
      expect(await fulfilReplaningOrders(startTurn(turn))).toMatchObject({ due: 1, stillShort: 1 });
    expect(await store.db.package.findFirst()).toMatchObject({ nextReplanAt: dueAt(3) });
  });

  it("of a transfer that finds no other source", async () => {
    await storeStock(store.db, { sku: { A: 0, B: 9 } });
    const [stored] = await storePackages(store.db, [{ quantity: 1 }]);
    const id = await storeTransfer(store.db, stored!, "B");
    await storeCommands(store.db, manualClock(AT)).onTransfer(id, "TRANSFER_OUT_OF_STOCK");
    for (const turn of TURNS.slice(0, 2))
      expect(await retryOutOfStockTransfers(startTurn(turn))).toMatchObject({ due: 1, stillShort: 1 });
  });

  it("of a parcel that is asked about every hour", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    const parcel = { packageId: stored!.packageId, carrierCode: "dhl", trackingNumber: "T1", nextPollAt: AT };
    await store.db.shipment.create({ data: parcel });
    for (const turn of TURNS) {
      expect(await updateAllTrackingInformation(startTurn(turn))).toMatchObject({ polled: 1 });
      expect(await store.db.shipment.findFirst()).toMatchObject({ nextPollAt: dueAt(turn + 1) });
    }
  });
});
