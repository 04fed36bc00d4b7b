import { type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { NOON, putConfirmedOrder } from "../../test/confirmed-orders.ts";
import { packParcel, ParcelRefused } from "./pack-parcel.ts";

describe("a parcel", () => {
  let store: TestDatabase;
  beforeAll(async () => void (store = await testDatabase()));
  afterAll(() => store.close());

  const pack = (orderReference: string, reference = `${orderReference}-1`) =>
    packParcel(store.db, { reference, orderReference, carrier: "postnl", weightGrams: null }, NOON);
  const rows = async (orderId: bigint) => ({
    order: (await store.db.shopOrder.findUniqueOrThrow({ where: { id: orderId } })).status,
    parcels: await store.db.shopParcel.count({ where: { orderId } }),
    labels: await store.db.shopLabel.count({ where: { parcel: { orderId } } }),
    notices: await store.db.shopNotice.count({ where: { orderId } }),
  });

  it("of a confirmed order is packed once, whoever asks twice", async () => {
    const { id, reference } = await putConfirmedOrder(store.db);
    const [first, second] = await Promise.all([pack(reference), pack(reference)]);
    expect(second).toBe(first);
    expect(await rows(id)).toEqual({ order: "PACKED", parcels: 1, labels: 1, notices: 1 });
  });

  it.each([
    [
      "is held for its payment",
      { paymentState: "HELD" as const },
      /is HELD for its payment.*confirm or refund it first/,
    ],
    ["is not paid yet", { status: "PLACED" as const, paymentState: "AWAITING" as const }, /is PLACED/],
    ["is cancelled", { status: "CANCELLED" as const }, /is CANCELLED/],
  ])("of an order that %s is refused, and nothing is asked for", async (_, state, words) => {
    const { id, reference } = await putConfirmedOrder(store.db);
    await store.db.shopOrder.update({ where: { id }, data: state });
    const refused = pack(reference);
    await expect(refused).rejects.toThrow(ParcelRefused);
    await expect(refused).rejects.toThrow(words);
    expect(await rows(id)).toMatchObject({ parcels: 0, labels: 0, notices: 0 });
  });
});
