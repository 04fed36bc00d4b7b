import { HOUR_MS, manualClock, MINUTE_MS } from "@drumline/core/clock";
import type { BoughtLabel, CarrierLabels } from "@drumline/outbound/carriers";
import {
  askSandbox,
  type Sandbox,
  startSandbox,
  startTaskRun,
  type TestDatabase,
  testDatabase,
} from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { NOON, putConfirmedOrder } from "../../test/confirmed-orders.ts";
import { sandboxCarriers } from "../../test/sandbox-outside.ts";
import { cancelParcel, packParcel, ParcelRefused, relabelParcel } from "../parcels/pack-parcel.ts";
import { createShippingLabels } from "./create-shipping-labels.ts";

const settings = { shopSender: { name: "The shop", city: "Amsterdam" }, shopLabelBatchSize: 10 };

let store: TestDatabase;
let sandbox: Sandbox;
let clock = manualClock(NOON);
beforeAll(async () => {
  store = await testDatabase();
  sandbox = await startSandbox({ env: { SANDBOX_TOKEN: "key", SANDBOX_SPEED: "0.000001" } });
});
afterAll(async () => {
  await sandbox.close();
  await store.close();
});
beforeEach(async () => {
  clock = manualClock(NOON);
  await sandbox.setFaults([]);
  await store.db.$executeRawUnsafe("TRUNCATE shop_order, shop_notice, event_queue, problem RESTART IDENTITY CASCADE");
});

const atSandbox = (): CarrierLabels => sandboxCarriers(sandbox.url);

const run = async (carriers: CarrierLabels = atSandbox()) => {
  const started = startTaskRun(store.db, { carriers, settings }, { clock });
  return { counts: await createShippingLabels(started.context), problems: started.problems };
};

async function pack(order = {}, parcel = {}) {
  const { reference } = await putConfirmedOrder(store.db, order);
  return packParcel(
    store.db,
    { reference: `${reference}-1`, orderReference: reference, carrier: "postnl", weightGrams: 1_200, ...parcel },
    NOON,
  );
}

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const rows = await store.db.$queryRaw<object[]>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const soldAt = () =>
  askSandbox<{ sold: number; givenBack: number; referencesWithSeveral: number }>(sandbox.url, "GET", "/labels");
const label = () => store.db.shopLabel.findFirstOrThrow({ orderBy: { createdAt: "asc" } });
const openProblem = () => store.db.problem.findFirst({ where: { closedAt: null } });

describe("create_shipping_labels", () => {
  it("buys the label of a packed parcel once, draws it, and gives the parcel its number", async () => {
    const before = (await soldAt()).sold;
    const id = await pack();
    expect((await run()).counts).toEqual({ bought: 1, voided: 0, failed: 0, later: 0 });
    expect((await run()).counts).toEqual({ bought: 0, voided: 0, failed: 0, later: 0 });
    const bought = await label();
    expect(bought).toMatchObject({ status: "BOUGHT", trackingNumber: expect.stringMatching(/^3S/), error: null });
    expect(Buffer.from(bought.pdf!).subarray(0, 5).toString()).toBe("%PDF-");
    expect(await store.db.shopParcel.findUniqueOrThrow({ where: { id } })).toMatchObject({
      trackingNumber: bought.trackingNumber,
      trackingUrl: expect.stringContaining("https://"),
      nextCheckAt: NOON,
    });
    expect((await soldAt()).sold - before).toBe(1);
  });

  it.each(["reset", "truncate"])(
    "buys one label when the carrier's answer is lost (%s), by looking it up",
    async (kind) => {
      const before = await soldAt();
      await pack();
      // The sandbox has sold it by then: what is lost is the answer.
      await sandbox.setFaults([
        kind === "reset"
          ? { match: "/api/v1/carriers", kind: "reset", times: 1 }
          : { match: "/api/v1/carriers", kind: "truncate", times: 1 },
      ]);
      expect((await run()).counts).toMatchObject({ later: 1 });
      expect(await label()).toMatchObject({ status: "BUYING", attempts: 1 });
      clock.advance(HOUR_MS);
      expect((await run()).counts).toMatchObject({ bought: 1 });
      const after = await soldAt();
      expect([after.referencesWithSeveral, await store.db.shopLabel.count()]).toEqual([
        before.referencesWithSeveral,
        1,
      ]);
    },
  );

  it("looks up what a process that died was buying, and gives back what was sold twice", async () => {
    const id = await pack();
    const { reference } = await label();
    const carriers = atSandbox();
    const order = { carrierCode: "postnl", reference, weightGrams: null, from: {}, to: {} };
    const { signal } = new AbortController();
    const sold = [await carriers.buyLabel(order, signal), await carriers.buyLabel(order, signal)];
    await store.db.shopLabel.updateMany({ data: { status: "BUYING", attempts: 1 } });

    expect((await run(carriers)).counts).toMatchObject({ bought: 1, voided: 1 });
    expect(await label()).toMatchObject({ status: "BOUGHT", carrierLabelId: sold[0]!.labelId });
    expect(await store.db.shopLabel.findFirst({ where: { status: "VOIDED" } })).toMatchObject({
      parcelId: id,
      carrierLabelId: sold[1]!.labelId,
    });
    expect(await carriers.findLabels("postnl", reference, signal)).toHaveLength(1);
  });

  it("buys nothing for an address that cannot be written, and says which letter, until it is mended", async () => {
    const before = (await soldAt()).sold;
    const id = await pack({ name: "東京" });
    expect((await run()).counts).toMatchObject({ failed: 1, bought: 0 });
    expect(await openProblem()).toMatchObject({
      kind: "SHOP_LABEL_FAILED",
      reason: expect.stringContaining('shipTo.name holds the character U+6771 "東"'),
    });
    expect((await soldAt()).sold).toBe(before);

    await store.db.shopOrder.updateMany({ data: { name: "Tokyo" } });
    await relabelParcel(store.db, id, NOON);
    expect((await run()).counts).toMatchObject({ bought: 1 });
    expect(await openProblem()).toBeNull();
    await expect(relabelParcel(store.db, id, NOON)).rejects.toThrow(ParcelRefused);
  });

  it("gives a label back whose number is wrong, and says so", async () => {
    await pack();
    const wrong: BoughtLabel = { labelId: "L1", trackingNumber: "RB123456786GB", sscc: null, trackingUrl: null };
    const given: string[] = [];
    const carriers: CarrierLabels = {
      buyLabel: async () => wrong,
      findLabels: async () => [],
      voidLabel: async (_, labelId) => given.push(labelId) > 0,
    };
    expect((await run(carriers)).counts).toMatchObject({ failed: 1, voided: 1 });
    expect(await openProblem()).toMatchObject({ reason: expect.stringContaining("check digit 6, expected 5") });
    expect([given, (await label()).status]).toEqual([["L1"], "VOIDED"]);
  });

  it("gives the label of a parcel back that was cancelled, also while it was being bought", async () => {
    const before = await soldAt();
    const id = await pack();
    await run();
    await cancelParcel(store.db, id, NOON);
    await cancelParcel(store.db, id, NOON);
    expect((await run()).counts).toMatchObject({ voided: 1 });

    const other = await pack();
    const slow = atSandbox();
    const cancelling: CarrierLabels = {
      ...slow,
      buyLabel: async (order, signal) => {
        const bought = await slow.buyLabel(order, signal);
        await cancelParcel(store.db, other, NOON);
        return bought;
      },
    };
    await run(cancelling);
    const after = await soldAt();
    expect(after.givenBack - before.givenBack).toBe(after.sold - before.sold);
    expect(await store.db.shopLabel.groupBy({ by: ["status"], _count: true })).toEqual([
      { status: "VOIDED", _count: 2 },
    ]);
  });

  it("gives a label back that is recorded while its parcel is being cancelled", async () => {
    const id = await pack();
    const runs: ReturnType<typeof run>[] = [];
    await store.db.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE shop_parcel SET status = 'CANCELLED', next_check_at = NULL WHERE id = ${id}`;
      runs.push(run());
      await untilSomebodyWaits();
    });
    await Promise.all(runs);
    await run();
    expect(await label()).toMatchObject({ status: "VOIDED" });
    expect(await store.db.shopParcel.findUniqueOrThrow({ where: { id } })).toMatchObject({ nextCheckAt: null });
  });

  it("is tried again with the turn a minute later, however late in its turn the first try failed", async () => {
    await pack();
    await sandbox.setFaults([{ match: "/api/v1/carriers", kind: "status", status: 500 }]);
    const gateways = { carriers: atSandbox(), settings };
    const runAt = async (minute: number, lateMs: number) => {
      const dueAt = new Date(NOON.getTime() + minute * MINUTE_MS);
      clock = manualClock(new Date(dueAt.getTime() + lateMs));
      return createShippingLabels(startTaskRun(store.db, gateways, { clock, run: { dueAt } }).context);
    };
    expect(await runAt(0, 900)).toMatchObject({ later: 1 });
    expect(await runAt(1, 100)).toMatchObject({ later: 1 });
  });

  it("comes again after as long as the carrier asks for, which is no problem of the parcel", async () => {
    await pack();
    await sandbox.setFaults([
      { match: "/api/v1/carriers", kind: "status", status: 429, retryAfterSeconds: 600, times: 1 },
    ]);
    expect((await run()).counts).toMatchObject({ later: 1 });
    expect((await label()).nextTryAt!.getTime()).toBeGreaterThanOrEqual(NOON.getTime() + 600_000);
    expect(await openProblem()).toBeNull();
  });
});

describe("packing a parcel", () => {
  it("is once by its reference, tells the customer, and moves the order", async () => {
    const { id: orderId, reference } = await putConfirmedOrder(store.db);
    const parcel = { reference: "P-1", orderReference: reference, carrier: "postnl", weightGrams: null };
    const ids = await Promise.all([1, 2, 3].map(() => packParcel(store.db, parcel, NOON)));
    expect(new Set(ids).size).toBe(1);
    expect(await store.db.shopNotice.findMany()).toMatchObject([{ kind: "packed", orderId }]);
    expect(await store.db.shopOrder.findUniqueOrThrow({ where: { id: orderId } })).toMatchObject({ status: "PACKED" });
    expect(await store.db.eventQueue.findMany()).toMatchObject([{ eventType: "shop.parcel.packed" }]);
  });

  it("is refused for an order that is not confirmed, and for another order's reference", async () => {
    const { id, reference } = await putConfirmedOrder(store.db);
    const other = await putConfirmedOrder(store.db);
    const parcel = { reference: "P-2", orderReference: reference, carrier: "postnl", weightGrams: null };
    await packParcel(store.db, parcel, NOON);
    await expect(packParcel(store.db, { ...parcel, orderReference: other.reference }, NOON)).rejects.toThrow(
      /another order/,
    );
    await store.db.shopOrder.update({ where: { id }, data: { status: "CANCELLED" } });
    await expect(packParcel(store.db, { ...parcel, reference: "P-3" }, NOON)).rejects.toThrow(/is CANCELLED/);
  });
});
