import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { storeCommands } from "../test/store-commands.ts";
import { AT, storePackages, storeTransfer } from "../test/stored-packages.ts";
import { loadHasWork, loadOpenWork } from "./has-work.ts";

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const clock = manualClock(later(1));
const tasksWithWork = async (at: Date) =>
  Object.entries(await loadHasWork(store.db, at))
    .flatMap(([task, hasWork]) => (hasWork ? [task.slice(task.lastIndexOf(".") + 1)] : []))
    .toSorted();

describe("what a task would find", () => {
  it("is nothing in an empty database", async () => {
    expect(await tasksWithWork(later(60 * 24 * 365))).toEqual([]);
    expect(await loadOpenWork(store.db)).toEqual({ open: false, untold: false });
  });

  it("is news for the outside, and no more, where every package waits for its store", async () => {
    await storePackages(store.db, [{ sku: "a" }]);
    expect(await tasksWithWork(later(2))).toEqual(["trigger_event_queue_events"]);
    expect(await loadOpenWork(store.db)).toEqual({ open: false, untold: false });
    await store.db.eventQueue.updateMany({ data: { processedAt: AT } });
  });

  it("is what its claim takes, from the instant on at which it is due", async () => {
    const [missing, packed, moved, reopened] = await storePackages(store.db, [
      { sku: "b" },
      { sku: "c" },
      { sku: "d" },
      { sku: "e" },
    ]);
    const commands = storeCommands(store.db, clock);
    await commands.onPackage(missing!.packageId, "DETECTED_OUT_OF_STOCK_ITEM");
    await commands.onPackage(packed!.packageId, "COMPLETE_PACKAGING");
    const transfer = await storeTransfer(store.db, moved!, "B");
    await commands.onTransfer(transfer, "TRANSFER_OUT_OF_STOCK");
    await store.db.orderExecutionPlan.update({ where: { id: reopened!.planId }, data: { state: "START" } });
    await store.db.eventQueue.updateMany({ data: { processedAt: AT } });

    expect(await tasksWithWork(AT)).toEqual(["fulfil_waiting_orders"]);
    expect(await tasksWithWork(later(1))).toEqual([
      "clear_inventory_discrepancies",
      "fulfil_replaning_orders",
      "fulfil_waiting_orders",
      "get_orders_from_omnitron",
      "retry_out_of_stock_packages",
      "retry_out_of_stock_transfers",
      "update_all_seven_days_tracking_information",
      "update_all_tracking_information",
    ]);
    expect(await loadOpenWork(store.db)).toEqual({ open: true, untold: true });
  });

  it("is a packed package to ship, once its parcel is under way", async () => {
    await store.db.shipment.updateMany({ data: { status: "SHIPPING" } });
    expect(await tasksWithWork(AT)).toEqual(["auto_run_ship_the_package_command", "fulfil_waiting_orders"]);
  });

  it("is no parcel older than seven days for the task that asks about the young ones", async () => {
    const asked = await tasksWithWork(later(60 * 24 * 8));
    expect(asked).toContain("update_all_tracking_information");
    expect(asked).not.toContain("update_all_seven_days_tracking_information");
  });
});
