import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { adyenBody, adyenItem, ADYEN_KEY, signedAdyenItem } from "../../test/adyen-items.ts";
import { after, clearShop, NOON, stateOf, storeOrder } from "../../test/shop-rows.ts";
import { createAdyenGateway } from "../gateways/payments/adyen/adyen-gateway.ts";
import { BadSignature } from "../gateways/payments/errors.ts";
import { checkPaymentStatus } from "./check-payment-status.ts";
import { receivePaymentWebhook } from "./receive-payment-webhook.ts";
import { takeOrder } from "./take-order.ts";

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());
beforeEach(() => clearShop(store.db));

const TEN = { currency: "EUR", value: 1_000 };
const adyen = (isManualCapture = false) => createAdyenGateway({ hmacKeys: [ADYEN_KEY], isManualCapture });
const hear = (items: readonly object[], gateway = adyen(), at = after(1)) =>
  receivePaymentWebhook(store.db, gateway, { body: adyenBody(...items), headers: {} }, at);
/** A signed item; of refunds and disputes an event of its own that names the payment. */
const item = (eventCode: string, success = "true", change: object = {}) =>
  signedAdyenItem({ pspReference: "PSP1", eventCode, success, amount: TEN, ...change });
const later = (eventCode: string, success = "true", change: object = {}) =>
  item(eventCode, success, { pspReference: `EVENT-${eventCode}`, originalReference: "PSP1", ...change });
const order = () => storeOrder(store.db, {}, { provider: "adyen", providerId: "PSP1", nextCheckAt: null });
const check = (at: Date) =>
  checkPaymentStatus(
    startTaskRun(
      store.db,
      { payments: new Map([["adyen", adyen()]]), settings: { shopPaymentConcurrency: 2 } },
      { clock: manualClock(at) },
    ).context,
  );
const openProblems = async () =>
  (
    await store.db.problem.findMany({
      where: { closedAt: null, kind: { startsWith: "SHOP_" } },
      orderBy: { kind: "asc" },
    })
  ).map(({ kind }) => kind);

describe("a provider that cannot be asked", () => {
  it("confirms by its signed webhook alone, once however often it comes, and is never asked", async () => {
    const { id } = await order();
    await check(after(30));
    expect(await stateOf(store.db, id)).toMatchObject({ status: "PLACED", paymentState: "AWAITING" });
    for (let time = 0; time < 3; time += 1) await hear([item("AUTHORISATION")]);
    expect(await stateOf(store.db, id)).toMatchObject({
      status: "CONFIRMED",
      paymentState: "PAID",
      payments: ["PAID"],
      notices: ["confirmed"],
      movements: ["SALE A 2"],
    });
  });

  // Of one word after another: what the order, its payment and its refunds are then, and what a person sees.
  it.each<[string, readonly [string, string?, object?][], object, readonly string[]]>([
    ["AUTHORISATION false", [["AUTHORISATION", "false"]], { status: "PLACED", payments: ["FAILED"] }, []],
    ["PENDING", [["PENDING"]], { status: "PLACED", payments: ["PENDING"] }, []],
    ["CANCELLATION", [["CANCELLATION"]], { status: "PLACED", payments: ["CANCELED"] }, []],
    ["CANCELLATION false", [["CANCELLATION", "false"]], { status: "PLACED", payments: ["OPEN"] }, []],
    ["TECHNICAL_CANCEL", [["TECHNICAL_CANCEL"]], { status: "PLACED", payments: ["CANCELED"] }, []],
    ["EXPIRE", [["EXPIRE"]], { status: "PLACED", payments: ["EXPIRED"] }, []],
    ["OFFER_CLOSED", [["OFFER_CLOSED"]], { status: "PLACED", payments: ["EXPIRED"] }, []],
    [
      "CANCEL_OR_REFUND that cancelled",
      [["CANCEL_OR_REFUND", "true", { additionalData: { "modification.action": "cancel" } }]],
      { status: "PLACED", payments: ["CANCELED"] },
      [],
    ],
    ["REPORT_AVAILABLE", [["REPORT_AVAILABLE"]], { status: "PLACED", payments: ["OPEN"] }, []],
    ["CAPTURE", [["CAPTURE"]], { status: "CONFIRMED", payments: ["PAID"] }, []],
    ["CAPTURE_FAILED", [["CAPTURE_FAILED"]], { status: "PLACED", payments: ["OPEN"] }, ["SHOP_PAYMENT_WORD_UNKNOWN"]],
    ["CAPTURE false", [["CAPTURE", "false"]], { status: "PLACED", payments: ["OPEN"] }, ["SHOP_PAYMENT_WORD_UNKNOWN"]],
    [
      "a late AUTHORISATION after EXPIRE",
      [["EXPIRE"], ["AUTHORISATION"]],
      { status: "CONFIRMED", payments: ["PAID"] },
      [],
    ],
    ["EXPIRE after AUTHORISATION", [["AUTHORISATION"], ["EXPIRE"]], { status: "CONFIRMED", payments: ["PAID"] }, []],
  ])("means what its maker means by %s", async (_, words, state, problems) => {
    const { id } = await order();
    for (const [code, success, change] of words) await hear([item(code, success, change)]);
    expect(await stateOf(store.db, id)).toMatchObject(state);
    expect(await openProblems()).toEqual(problems);
  });

  it("has only promised the money until CAPTURE where it is captured by hand", async () => {
    const { id } = await order();
    await hear([item("AUTHORISATION")], adyen(true));
    expect(await stateOf(store.db, id)).toMatchObject({ status: "CONFIRMED", paymentState: "AUTHORIZED" });
    await hear([later("CAPTURE")], adyen(true));
    expect(await stateOf(store.db, id)).toMatchObject({ paymentState: "PAID", payments: ["PAID"] });
  });

  it.each<[string, string, string, string, readonly string[]]>([
    ["REFUND", "true", "REFUNDED", "REFUNDED", []],
    ["REFUND_WITH_DATA", "true", "REFUNDED", "REFUNDED", []],
    ["REFUND", "false", "PAID", "FAILED", ["SHOP_REFUND_FAILED"]],
    ["REFUND_FAILED", "true", "PAID", "FAILED", ["SHOP_REFUND_FAILED"]],
    ["REFUNDED_REVERSED", "true", "PAID", "FAILED", ["SHOP_REFUND_FAILED"]],
  ])("pays back by %s, success %s", async (code, success, paymentState, status, problems) => {
    const { id } = await order();
    await hear([item("AUTHORISATION")]);
    await hear([later(code, success)]);
    expect(await stateOf(store.db, id)).toMatchObject({
      paymentState,
      payments: ["PAID"],
      refunds: [`provider/EVENT-${code} 1000 ${status}`],
    });
    expect(await openProblems()).toEqual(problems);
  });

  it("pays back by CANCEL_OR_REFUND that refunded", async () => {
    const { id } = await order();
    await hear([item("AUTHORISATION")]);
    await hear([later("CANCEL_OR_REFUND", "true", { additionalData: { "modification.action": "refund" } })]);
    expect(await stateOf(store.db, id)).toMatchObject({ paymentState: "REFUNDED", payments: ["PAID"] });
  });

  it.each<[string, string, string, readonly string[]]>([
    ["NOTIFICATION_OF_CHARGEBACK", "OPEN", "CHARGED_BACK", ["SHOP_PAYMENT_DISPUTED"]],
    ["CHARGEBACK", "OPEN", "CHARGED_BACK", ["SHOP_PAYMENT_DISPUTED"]],
    ["SECOND_CHARGEBACK", "LOST", "CHARGED_BACK", ["SHOP_PAYMENT_DISPUTED"]],
    ["PREARBITRATION_LOST", "LOST", "CHARGED_BACK", ["SHOP_PAYMENT_DISPUTED"]],
    ["PREARBITRATION_WON", "WON", "PAID", []],
    ["CHARGEBACK_REVERSED", "WON", "PAID", []],
  ])("disputes by %s", async (code, status, paymentState, problems) => {
    const { id } = await order();
    await hear([item("AUTHORISATION")]);
    await hear([later(code)]);
    expect(await store.db.shopDispute.findMany()).toMatchObject([{ status, amountMinor: 1_000n, currency: "EUR" }]);
    expect(await stateOf(store.db, id)).toMatchObject({ status: "CONFIRMED", paymentState });
    expect(await openProblems()).toEqual(problems);
  });

  it("is believed for what it signed in a batch, and for nothing else in it", async () => {
    const { id } = await order();
    const other = await storeOrder(store.db, {}, { provider: "adyen", providerId: "PSP2", nextCheckAt: null });
    const forged = adyenItem({ pspReference: "PSP2", amount: TEN, additionalData: { hmacSignature: "AAAA" } });
    await hear([forged, item("AUTHORISATION")]);
    expect(await stateOf(store.db, id)).toMatchObject({ status: "CONFIRMED" });
    expect(await stateOf(store.db, other.id)).toMatchObject({ status: "PLACED", payments: ["OPEN"] });
    await expect(hear([forged])).rejects.toThrow(BadSignature);
    expect(await store.db.shopPaymentHint.count()).toBe(0);
  });
});

describe("the word of a payment that nobody knows yet", () => {
  const take = (providerId = "PSP1", at = after(10)) =>
    takeOrder(
      store.db,
      {
        reference: `LATE-${providerId}`,
        currency: "EUR",
        totalMinor: 1_000n,
        placedAt: NOON,
        payBy: null,
        locale: "nl",
        timeZone: null,
        email: "ann@example.com",
        name: "Ann",
        phone: null,
        customer: null,
        cartReference: null,
        shipTo: {},
        lines: [{ sku: "A", title: "A", quantity: 2, priceMinor: 500n }],
        payments: [
          {
            id: null,
            provider: "adyen",
            providerId,
            amountMinor: 1_000n,
            currency: "EUR",
            method: null,
            checkoutUrl: null,
            createdAt: NOON,
            expiresAt: null,
          },
        ],
      },
      at,
    );
  const taken = async () => (await store.db.shopOrder.findFirstOrThrow()).id;

  it("is kept and applied with its order: payment, refund and dispute, in one batch or one after another", async () => {
    await hear([later("REFUND", "true", { amount: { currency: "EUR", value: 400 } })]);
    await hear([item("AUTHORISATION"), later("CHARGEBACK")]);
    await hear([later("CHARGEBACK_REVERSED", "true", { pspReference: "EVENT-CHARGEBACK" })]);
    await take();
    expect(await stateOf(store.db, await taken())).toMatchObject({
      status: "CONFIRMED",
      paymentState: "PARTIALLY_REFUNDED",
      payments: ["PAID"],
      refunds: ["provider/EVENT-REFUND 400 REFUNDED"],
    });
    expect(await store.db.shopDispute.findMany()).toMatchObject([{ status: "WON" }]);
    expect(await store.db.shopPaymentHint.count()).toBe(0);
  });

  it("is applied by the next check where it was stored while the order was being written", async () => {
    await hear([item("AUTHORISATION"), later("REFUND")]);
    const { id } = await order();
    await check(after(5));
    expect(await stateOf(store.db, id)).toMatchObject({ payments: ["PAID"], paymentState: "REFUNDED" });
    expect(await store.db.shopPaymentHint.count()).toBe(0);
  });

  it("is a problem after a day without its order, stays, and is applied when the order comes all the same", async () => {
    await hear([later("REFUND")]);
    await hear([item("AUTHORISATION", "true", { pspReference: "PSP2" })]);
    const { body, headers } = { body: Buffer.from("id=tr_asked"), headers: {} };
    const mollie = {
      ...adyen(),
      provider: "mollie",
      parseWebhook: () => [{ providerId: String(body), eventId: null, observed: null }],
    };
    await receivePaymentWebhook(store.db, mollie, { body, headers }, after(1));
    const DAY = 24 * 60;
    await check(after(DAY - 5));
    expect(await openProblems()).toEqual([]);
    for (const minutes of [DAY + 5, DAY + 6]) await check(after(minutes));
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_UNMATCHED", "SHOP_PAYMENT_UNMATCHED"]);
    expect((await store.db.shopPaymentHint.findMany()).map(({ providerId }) => providerId).sort()).toEqual([
      "PSP1",
      "PSP2",
    ]);
    await take("PSP1", new Date(after(DAY).getTime() + 60 * MINUTE_MS));
    expect(await stateOf(store.db, await taken())).toMatchObject({ refunds: ["provider/EVENT-REFUND 1000 REFUNDED"] });
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_UNMATCHED"]);
    await check(after(31 * DAY));
    expect(await store.db.shopPaymentHint.count()).toBe(0);
  });
});
