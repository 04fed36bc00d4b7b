import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type Outside, startOutside } from "../../../test/local-omnitron.ts";
import { storeCommands } from "../../../test/store-commands.ts";
import { AT, storeLocations, storePackages, storeStock, storeTransfer } from "../../../test/stored-packages.ts";
import { findBrokenInvariants } from "../../invariants.sql.ts";
import { retryOutOfStockTransfers } from "./retry-out-of-stock-transfers.ts";

let store: TestDatabase;
let outside: Outside;
const clock = manualClock(AT);
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  clock.set(AT);
  await storeLocations(store.db, ["A", "B", "C", "D"]);
});
afterEach(async () => {
  expect(await findBrokenInvariants(store.db)).toEqual([]);
  await store.close();
});

const retry = (options = {}) =>
  retryOutOfStockTransfers(startTaskRun(store.db, outside.gateways(), { clock, ...options }).context);
const command = (id: bigint, name: string) => storeCommands(store.db, clock).onTransfer(id, name);
const stockIs = async (places: Record<string, number>) => {
  outside.stock["sku"] = places;
  await storeStock(store.db, { sku: places });
};
const transfers = async () =>
  (await store.db.transferOrder.findMany({ include: { source: true, items: true }, orderBy: { id: "asc" } })).map(
    ({ number, state, source, items }) => [
      number.slice(-2),
      state,
      source.erpCode,
      items.map(({ quantity }) => quantity),
    ],
  );
const lost = async (quantity: number) => {
  const [stored] = await storePackages(store.db, [{ quantity }]);
  const id = await storeTransfer(store.db, stored!, "B");
  await command(id, "TRANSFER_OUT_OF_STOCK");
  return { stored: stored!, id };
};

describe("a transfer whose source had nothing", () => {
  it("is fetched from others than before, and the package goes on when all has come", async () => {
    await stockIs({ A: 0, B: 9, C: 2, D: 1 });
    const { stored } = await lost(3);
    expect(await retry({ dryRun: true })).toMatchObject({ due: 1, replaced: 1, wouldRetry: [{ sources: ["C", "D"] }] });
    expect(await retry()).toEqual({ due: 1, replaced: 1, stillShort: 0 });
    expect(await transfers()).toEqual([
      ["T1", "CANCELLED", "B", [3]],
      ["T2", "WAITING", "C", [2]],
      ["T3", "WAITING", "D", [1]],
    ]);
    expect(await store.db.eventQueue.count({ where: { eventType: "transfer.status.created" } })).toBe(2);
    expect(await retry()).toMatchObject({ due: 0 });
    for (const { id } of await store.db.transferOrder.findMany({ where: { state: "WAITING" } }))
      for (const name of ["TRANSFER_READY_TO_SHIPMENT", "TRANSFER_IN_TRANSIT", "TRANSFER_TRANSFERRED"])
        await command(id, name);
    expect(await store.db.package.findUnique({ where: { id: stored.packageId } })).toMatchObject({ state: "WAITING" });
  });

  it("is served by its destination once that has the goods, wholly or beside other sources", async () => {
    await stockIs({ A: 0, B: 9 });
    const { stored } = await lost(3);
    expect(await retry()).toMatchObject({ stillShort: 1 });
    clock.advance(HOUR_MS);
    await stockIs({ A: 2, B: 9, C: 1 });
    expect(await retry()).toMatchObject({ replaced: 1 });
    expect(await transfers()).toEqual([
      ["T1", "CANCELLED", "B", [3]],
      ["T2", "WAITING", "C", [1]],
    ]);
    const packageState = async (id: bigint) => (await store.db.package.findUniqueOrThrow({ where: { id } })).state;
    expect(await packageState(stored.packageId)).toBe("WAITING_FOR_TRANSFER");
    const [second] = await store.db.transferOrder.findMany({ where: { state: "WAITING" } });
    await command(second!.id, "TRANSFER_OUT_OF_STOCK");
    await stockIs({ A: 3, B: 9, C: 1 });
    expect(await retry({ dryRun: true })).toMatchObject({ wouldRetry: [{ sources: ["A"] }] });
    expect(await retry()).toMatchObject({ replaced: 1 });
    expect(await packageState(stored.packageId)).toBe("WAITING");
    expect(await store.db.reservation.findMany({ where: { status: "ACTIVE", type: "ORDER" } })).toMatchObject([
      { packageItemId: stored.packageItemId, quantity: 3 },
    ]);
  });

  it("waits, longer each time, while nobody has all of it", async () => {
    await stockIs({ A: 0, B: 9, C: 2 });
    const { id } = await lost(3);
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await retry()).toEqual({ due: 1, replaced: 0, stillShort: 1 });
      expect(await retry()).toMatchObject({ due: 0 });
      const { nextRetryAt } = await store.db.transferOrder.findUniqueOrThrow({ where: { id } });
      pauses.push((nextRetryAt!.getTime() - clock.now().getTime()) / HOUR_MS);
      clock.set(nextRetryAt!);
    }
    expect(pauses).toEqual([1, 2, 4]);
    await stockIs({ A: 0, B: 9, C: 3 });
    outside.asOf = "2026-11-21T12:00:00Z";
    expect(await retry()).toMatchObject({ replaced: 1 });
    outside.asOf = "2026-11-20T12:00:00Z";
  });

  it("is replaced once by several at once, and no unit is promised twice", async () => {
    await stockIs({ A: 0, B: 99, C: 4 });
    for (let no = 0; no < 7; no += 1) await lost(1);
    const runs = await Promise.all([retry(), retry(), retry()]);
    expect(runs.reduce((sum, { replaced }) => sum + Number(replaced), 0)).toBe(4);
    expect(await store.db.transferOrder.count({ where: { state: "WAITING" } })).toBe(4);
  });
});
