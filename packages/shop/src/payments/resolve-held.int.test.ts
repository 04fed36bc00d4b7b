import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { scriptedProvider } from "../../test/scripted-provider.ts";
import { after, clearShop, stateOf, storeOrder } from "../../test/shop-rows.ts";
import type { ObservedPayment } from "../gateways/payments/port.ts";
import { applyProviderState } from "./apply-provider-state.ts";
import { requestRefund, resolveHeld } from "./resolve-held.ts";

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());
beforeEach(() => clearShop(store.db));

const WORD = { by: "ann", note: "looked at it", at: after(9) };
/** An order of 10.00 EUR whose one payment its provider says was paid like this. */
async function paid(amount: ObservedPayment["amount"], changes: Partial<ObservedPayment> = {}) {
  const order = await storeOrder(store.db, {}, {});
  const provider = scriptedProvider();
  provider.put("tr_1", { status: "PAID", refunds: null, disputes: null, ...changes });
  const observed = { ...provider.payments.get("tr_1")!, amount };
  await applyProviderState(
    store.db,
    [{ paymentId: order.payments[0]!, source: "POLL", seen: { kind: "PAYMENT", observed } }],
    { now: after(2) },
  );
  return order;
}
const refundAll = (orderId: bigint) => resolveHeld(store.db, { orderId, decision: "REFUND", paymentId: null, ...WORD });
const euro = (minor: bigint) => ({ minor, currency: "EUR" });

describe("an order that is held for the amount that was paid", () => {
  it.each([
    ["more", 1_200n],
    ["less", 900n],
  ])("pays back what was really paid: %s than asked", async (_, minor) => {
    const { id } = await paid(euro(minor));
    expect(await stateOf(store.db, id)).toMatchObject({ heldReason: "AMOUNT", paymentState: "HELD" });
    expect(await refundAll(id)).toEqual({ outcome: "DONE" });
    expect(await stateOf(store.db, id)).toMatchObject({
      status: "CANCELLED",
      paymentState: "REFUND_DUE",
      refunds: [`held ${minor} DUE`],
    });
  });

  it("pays back what is left of it where some went back already", async () => {
    const back = {
      providerId: "re_1",
      reference: null,
      status: "REFUNDED",
      rawStatus: "refunded",
      amount: euro(300n),
    } as const;
    const { id } = await paid(euro(1_200n), { refunds: [back] });
    await refundAll(id);
    expect((await stateOf(store.db, id)).refunds.toSorted()).toEqual(["held 900 DUE", "provider/re_1 300 REFUNDED"]);
  });

  it("pays back in the currency that was paid", async () => {
    const { id } = await paid({ minor: 1_100n, currency: "USD" });
    expect(await stateOf(store.db, id)).toMatchObject({ heldReason: "CURRENCY" });
    await refundAll(id);
    expect(await store.db.shopRefund.findMany()).toMatchObject([{ amountMinor: 1_100n, currency: "USD" }]);
  });

  it("that a person lets go keeps its money, of which the rest can be asked back, and never more than was paid", async () => {
    const { id, payments } = await paid(euro(1_200n));
    await resolveHeld(store.db, { orderId: id, decision: "CONFIRM", paymentId: null, ...WORD });
    expect(await stateOf(store.db, id)).toMatchObject({ status: "CONFIRMED", paymentState: "PAID" });
    const ask = (cause: string, amountMinor: bigint | null) =>
      requestRefund(store.db, { paymentId: payments[0]!, cause, amountMinor, ...WORD });
    expect(await ask("too-much", 1_201n)).toMatchObject({ outcome: "REFUSED" });
    expect(await ask("overpaid", 200n)).toMatchObject({ outcome: "DONE" });
    expect(await ask("return", null)).toMatchObject({ outcome: "DONE" });
    expect((await stateOf(store.db, id)).refunds.toSorted()).toEqual(["overpaid 200 DUE", "return 1000 DUE"]);
  });
});
