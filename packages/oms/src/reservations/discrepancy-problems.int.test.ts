import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { storeCommands } from "../../test/store-commands.ts";
import { AT, storePackages } from "../../test/stored-packages.ts";
import { clearInventoryDiscrepancies } from "./clear-inventory-discrepancies.ts";

let store: TestDatabase;
const clock = manualClock(AT);
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

const notFound = async (sku: string) => {
  const [stored] = await storePackages(store.db, [{ sku, location: "A" }]);
  await storeCommands(store.db, clock).onPackage(stored!.packageId, "DETECTED_OUT_OF_STOCK_ITEM");
};
const shown = async () =>
  (await store.db.problem.findMany({ orderBy: { id: "asc" } })).map(
    ({ kind, subjectKey, closedAt, note }) => `${kind} ${subjectKey} ${closedAt === null ? "open" : note}`,
  );

describe("a discrepancy", () => {
  it("is a problem of the product at the location until it is cleared; a younger one stays", async () => {
    await notFound("table");
    clock.advance(MINUTE_MS);
    await notFound("chair");
    await notFound("table");
    expect(await shown()).toEqual(["STOCK_DISCREPANCY table@A open", "STOCK_DISCREPANCY chair@A open"]);
    const gateways = { settings: { omsDiscrepancyMinAgeSeconds: 60, omsPackedUnitsAwaitedSeconds: 0 } };
    const clear = () => clearInventoryDiscrepancies(startTaskRun(store.db, gateways, { clock }).context);
    expect(await clear()).toEqual({ released: 1 });
    expect(await shown()).toEqual([
      "STOCK_DISCREPANCY table@A the discrepancy was cleared",
      "STOCK_DISCREPANCY chair@A open",
    ]);
    await notFound("table");
    expect(await shown()).toHaveLength(3);
  });
});
