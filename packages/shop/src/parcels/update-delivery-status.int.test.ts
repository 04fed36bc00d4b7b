import { DAY_MS, HOUR_MS, manualClock } from "@drumline/core/clock";
import type { CarrierStatus, Tracking } from "@drumline/outbound/carriers";
import { UnusableAnswer } from "@drumline/outbound/http";
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
import { createShippingLabels } from "../labels/create-shipping-labels.ts";
import { packParcel } from "./pack-parcel.ts";
import { updateDeliveryStatus } from "./update-delivery-status.ts";

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
  await store.db.$executeRawUnsafe("TRUNCATE shop_order, shop_notice, event_queue, problem RESTART IDENTITY CASCADE");
});

const settings = { shopTrackingBatchSize: 2 };
const run = (track: (carrier: string, number: string) => Promise<Tracking>) =>
  updateDeliveryStatus(startTaskRun(store.db, { carriers: { track }, settings }, { clock }).context);
const says = (status: CarrierStatus) => async (): Promise<Tracking> => ({ status, events: [] });

async function putParcels(count: number) {
  const { id: orderId, reference } = await putConfirmedOrder(store.db);
  const ids = [];
  for (let no = 1; no <= count; no += 1)
    ids.push(
      await packParcel(
        store.db,
        { reference: `${reference}-${no}`, orderReference: reference, carrier: "postnl", weightGrams: null },
        NOON,
      ),
    );
  for (const id of ids)
    await store.db.shopParcel.update({ where: { id }, data: { trackingNumber: `3S${id}`, nextCheckAt: NOON } });
  await store.db.shopNotice.deleteMany();
  return { orderId, ids };
}

const kinds = async () => (await store.db.shopNotice.findMany({ orderBy: { id: "asc" } })).map(({ kind }) => kind);
const statusOf = async (orderId: bigint) =>
  (await store.db.shopOrder.findUniqueOrThrow({ where: { id: orderId } })).status;

describe("update_delivery_status", () => {
  it("asks nothing of a parcel that was taken back, though its next check is due", async () => {
    const { ids } = await putParcels(2);
    await store.db.shopParcel.update({ where: { id: ids[0]! }, data: { status: "CANCELLED" } });
    const asked: string[] = [];
    await run(async (_, number) => {
      asked.push(number);
      if (asked.length > 2) throw new Error(`asked again and again: ${asked.join(", ")}`);
      return { status: "SHIPPING", events: [] };
    });
    expect(asked).toEqual([`3S${ids[1]}`]);
  });

  it("moves parcels and their order forward, and tells the customer once of each parcel", async () => {
    const { orderId, ids } = await putParcels(3);
    expect(await run(says("SHIPPING"))).toEqual({ asked: 3, moved: 3, failed: 0 });
    expect([await statusOf(orderId), await kinds()]).toEqual(["SHIPPED", ["shipped", "shipped", "shipped"]]);

    clock.advance(2 * HOUR_MS);
    await run(async (_, number) => ({ status: number === `3S${ids[0]}` ? "DELIVERED" : "SHIPPING", events: [] }));
    expect(await statusOf(orderId)).toBe("SHIPPED");
    clock.advance(2 * HOUR_MS);
    await run(says("DELIVERED"));
    expect(await statusOf(orderId)).toBe("DELIVERED");
    expect((await kinds()).filter((kind) => kind === "delivered")).toHaveLength(3);
    // Nothing is left to ask about.
    clock.advance(30 * DAY_MS);
    expect(await run(says("SHIPPING"))).toEqual({ asked: 0, moved: 0, failed: 0 });
    expect(await statusOf(orderId)).toBe("DELIVERED");
  });

  it("leaves the others alone when one parcel's carrier answers nonsense", async () => {
    const { ids } = await putParcels(3);
    const site = { system: "Carrier postnl", method: "GET" as const, url: "http://x/y" };
    const result = await run(async (_, number) => {
      if (number === `3S${ids[1]}`)
        throw new UnusableAnswer(site, "answered a NUL \u0000 and half an emoji \ud83d", {});
      return { status: "SHIPPING", events: [] };
    });
    expect(result).toMatchObject({ asked: 3, moved: 2, failed: 1 });
    const parcel = await store.db.shopParcel.findUniqueOrThrow({ where: { id: ids[1]! } });
    expect(parcel).toMatchObject({ status: "PACKED", failedChecks: 1, claimedBy: null });
    expect(parcel.lastCheckError).toMatch(/answered a NUL \S+ and half an emoji \S+/);
    expect(parcel.nextCheckAt!.getTime()).toBeGreaterThan(NOON.getTime());
  });

  it("asks again with the next turn where that is as long away as the pause, however late in its turn it came", async () => {
    await putParcels(1);
    for (const hour of [0, 1, 2, 3]) {
      const dueAt = new Date(NOON.getTime() + hour * HOUR_MS);
      // A look that begins a little sooner in its turn than the one before.
      clock = manualClock(new Date(dueAt.getTime() + 900 - hour * 200));
      const carriers = { track: says("SHIPPING") };
      const { context } = startTaskRun(store.db, { carriers, settings }, { clock, run: { dueAt } });
      expect(await updateDeliveryStatus(context)).toMatchObject({ asked: 1 });
    }
  });

  it("opens a problem for a parcel that is silent for a month, and closes it by news", async () => {
    await putParcels(1);
    clock.advance(31 * DAY_MS);
    await run(says("CREATED"));
    expect(await store.db.problem.findMany()).toMatchObject([{ kind: "SHOP_PARCEL_SILENT", closedAt: null }]);
    clock.advance(DAY_MS);
    await run(says("DELIVERED"));
    expect(await store.db.problem.count({ where: { closedAt: null } })).toBe(0);
  });

  it("follows a label of the sandbox's carrier to the door", async () => {
    const carriers = sandboxCarriers(sandbox.url);
    const showTime = (virtualNow: string) => askSandbox(sandbox.url, "PUT", "/clock", { virtualNow, speed: 0 });
    await showTime(NOON.toISOString());
    const { id, reference } = await putConfirmedOrder(store.db);
    await packParcel(store.db, { reference, orderReference: reference, carrier: "postnl", weightGrams: 1 }, NOON);
    const labelSettings = { shopSender: { name: "The shop", city: "Amsterdam" }, shopLabelBatchSize: 10 };
    await createShippingLabels(startTaskRun(store.db, { carriers, settings: labelSettings }, { clock }).context);
    await run((carrier, number) => carriers.track(carrier, number, new AbortController().signal));
    expect(await statusOf(id)).toBe("PACKED");
    clock.advance(5 * DAY_MS);
    await showTime(clock.now().toISOString());
    await run((carrier, number) => carriers.track(carrier, number, new AbortController().signal));
    expect(await statusOf(id)).toBe("DELIVERED");
    expect(await kinds()).toEqual(["packed", "delivered"]);
  });
});
