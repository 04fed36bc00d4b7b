import { manualClock } from "@drumline/core/clock";
import { enums } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type Outside, startOutside } from "../../../test/local-omnitron.ts";
import { AT, storePackages } from "../../../test/stored-packages.ts";
import { applyTransitions } from "../../states/index.ts";
import { updateOrderExecutionPlanContext } from "./update-order-execution-plan-context.ts";

let store: TestDatabase;
let outside: Outside;
const clock = manualClock(AT);
beforeAll(async () => void ([store, outside] = await Promise.all([testDatabase(), startOutside()])));
afterAll(() => Promise.all([store.close(), outside.close()]));

const update = (options = {}) =>
  updateOrderExecutionPlanContext(startTaskRun(store.db, outside.gateways(), { clock, ...options }).context);

describe("the context of execution plans", () => {
  it("is refreshed where a package is packed or beyond, once, and again when something changed", async () => {
    const states = Object.values(enums.PackageState);
    const stored = await storePackages(
      store.db,
      states.map((state) => ({ state })),
    );
    const beyond = states.slice(states.indexOf("PACKED"));
    expect(beyond).toHaveLength(13);
    expect(await update({ dryRun: true })).toMatchObject({ updated: 13 });
    expect(await update()).toEqual({ seen: 13, updated: 13 });
    expect(await update()).toEqual({ seen: 13, updated: 0 });
    const packed = stored[states.indexOf("PACKED")]!;
    await store.db.$transaction((tx) =>
      applyTransitions(
        tx,
        [{ entity: "package", id: packed.packageId, command: "SHIP_THE_PACKAGE", actor: "test" }],
        AT,
      ),
    );
    expect(await update()).toEqual({ seen: 13, updated: 1 });
    expect(await store.db.orderExecutionPlan.findUnique({ where: { id: packed.planId } })).toMatchObject({
      contextUpdatedAt: AT,
      context: {
        version: 1,
        result: [
          {
            package: `${packed.orderNumber}P1`,
            state: "SHIPPED",
            location: "A",
            stock: [{ sku: "sku", stock_count: 1_000_000, reservation_count: 7, quantity: 999_993 }],
          },
        ],
      },
    });
  });

  it("follows when a package was shipped, and the stock there until it has come to its end", async () => {
    const [shipped, delivered] = await storePackages(store.db, [
      { state: "SHIPPED", sku: "followed" },
      { state: "DELIVERED", sku: "followed" },
    ]);
    const { packageId } = shipped!;
    await store.db.shipment.create({ data: { packageId, carrierCode: "dhl", nextPollAt: AT, createdAt: AT } });
    expect(await update()).toMatchObject({ updated: 2 });
    expect(await update()).toMatchObject({ updated: 0 });
    const shippedAt = new Date("2026-11-19T08:00:00Z");
    await store.db.shipment.updateMany({ where: { packageId }, data: { shippedAt } });
    expect(await update()).toMatchObject({ updated: 1 });
    await store.db.stock.updateMany({ where: { product: { sku: "followed" } }, data: { onHand: 3 } });
    expect(await update()).toMatchObject({ updated: 1 });
    expect(await update()).toMatchObject({ updated: 0 });
    const resultOf = async (id: bigint) => {
      const { context } = await store.db.orderExecutionPlan.findUniqueOrThrow({ where: { id } });
      return (context as { result: { shipped_at: string; stock: { stock_count: number }[] }[] }).result[0]!;
    };
    const seen = await resultOf(shipped!.planId);
    expect([new Date(seen.shipped_at), seen.stock[0]!.stock_count]).toEqual([shippedAt, 3]);
    expect((await resultOf(delivered!.planId)).stock[0]!.stock_count).toBe(1_000_000);
  });

  it("is left alone for plans older than three months", async () => {
    const [old, young] = await storePackages(store.db, [{ state: "PACKED" }, { state: "PACKED" }]);
    await store.db.orderExecutionPlan.update({
      where: { id: old!.planId },
      data: { createdAt: new Date("2026-08-20T11:59:59Z") },
    });
    await store.db.orderExecutionPlan.update({
      where: { id: young!.planId },
      data: { createdAt: new Date("2026-08-20T12:00:00Z") },
    });
    expect(await update()).toMatchObject({ updated: 1 });
  });

  it("keeps the last ten attempts", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    const attempts = Array.from({ length: 14 }, (_, index) => ({ no: index + 1 }));
    await store.db.orderExecutionPlan.update({
      where: { id: stored!.planId },
      data: { context: { version: 1, attempts } },
    });
    await update();
    const { context } = await store.db.orderExecutionPlan.findUniqueOrThrow({ where: { id: stored!.planId } });
    expect((context as { attempts: { no: number }[] }).attempts.map(({ no }) => no)).toEqual([
      5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ]);
  });

  it("is gone through in batches, whatever the limit", async () => {
    await storePackages(
      store.db,
      Array.from({ length: 5 }, () => ({ state: "PACKED" as const })),
    );
    expect(await update({ limit: 3 })).toMatchObject({ seen: 3 });
  });
});
