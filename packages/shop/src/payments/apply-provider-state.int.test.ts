import { Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { ObservedPayment, PaymentStatus } from "../gateways/payments/port.ts";
import { applyProviderState, type Source } from "./apply-provider-state.ts";
import { scriptedProvider } from "../../test/scripted-provider.ts";
import { after, clearShop, NOON, stateOf, storeOrder } from "../../test/shop-rows.ts";

let store: TestDatabase;
const provider = scriptedProvider();

beforeAll(async () => void (store = await testDatabase({ maxConnections: 8 })));
afterAll(() => store.close());
beforeEach(() => clearShop(store.db));

const observed = (status: PaymentStatus, changes: Partial<ObservedPayment> = {}): ObservedPayment => {
  provider.put("tr_any", { status, isCancelable: false, refunds: null, disputes: null, ...changes });
  return { ...provider.payments.get("tr_any")!, amount: changes.amount ?? { minor: 1_000n, currency: "EUR" } };
};

const apply = (
  paymentId: string,
  status: PaymentStatus,
  source: Source = "POLL",
  changes: Partial<ObservedPayment> = {},
) =>
  applyProviderState(
    store.db,
    [{ paymentId, source, seen: { kind: "PAYMENT", observed: observed(status, changes) } }],
    {
      now: after(2),
    },
  );

const openProblems = async () =>
  (
    await store.db.problem.findMany({
      where: { closedAt: null, kind: { startsWith: "SHOP_" } },
      orderBy: { kind: "asc" },
    })
  ).map(({ kind }) => kind);

describe("what was seen of payments", () => {
  it("is applied once however many see it at once: one confirmation, one notice, one sale", async () => {
    const order = await storeOrder(
      store.db,
      {
        lines: [
          { sku: "A", quantity: 2 },
          { sku: "B", quantity: 1 },
        ],
      },
      {},
    );
    const sources: Source[] = ["WEBHOOK", "WEBHOOK", "WEBHOOK", "POLL", "RETURN"];
    const applied = await Promise.all(sources.map((source) => apply(order.payments[0]!, "PAID", source)));
    expect(applied.flat().filter(({ effects }) => effects.includes("CONFIRM"))).toHaveLength(1);
    expect(await stateOf(store.db, order.id)).toEqual({
      status: "CONFIRMED",
      paymentState: "PAID",
      heldReason: null,
      payments: ["PAID"],
      refunds: [],
      notices: ["confirmed"],
      movements: ["SALE A 2", "SALE B 1"],
      events: ["shop.order.confirmed"],
    });
    expect(await store.db.shopPaymentObservation.findMany()).toMatchObject([
      { fromStatus: "OPEN", toStatus: "PAID", rawStatus: "paid", effect: "CONFIRM" },
    ]);
    const log = await store.db.stateTransitionLog.findMany({ where: { entityId: order.id }, orderBy: { id: "asc" } });
    expect(log.map(({ entityType, oldState, newState }) => `${entityType} ${oldState} ${newState}`)).toEqual([
      "shop_order PLACED CONFIRMED",
      "shop_order_payment AWAITING PAID",
    ]);
  });

  it.each([
    ["B paid, then A expires", ["B", "A"]],
    ["A's webhook first", ["A", "B"]],
  ])("leaves an order paid and its pieces sold when an older attempt ends: %s", async (_, turns) => {
    const order = await storeOrder(store.db, {}, { providerId: "tr_a" }, { providerId: "tr_b" });
    for (const turn of turns)
      await apply(order.payments[turn === "A" ? 0 : 1]!, turn === "A" ? "EXPIRED" : "PAID", "WEBHOOK");
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "CONFIRMED",
      paymentState: "PAID",
      notices: ["confirmed"],
      movements: ["SALE A 2"],
      events: ["shop.order.confirmed"],
    });
  });

  it("of a double click is one paid order that is held, for a person to see", async () => {
    const order = await storeOrder(store.db, {}, {}, {});
    await Promise.all(order.payments.map((id) => apply(id, "PAID", "WEBHOOK")));
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "CONFIRMED",
      paymentState: "HELD",
      heldReason: "TWICE_PAID",
      payments: ["PAID", "PAID"],
      refunds: [],
      notices: ["confirmed"],
      movements: ["SALE A 2"],
    });
    expect(await store.db.problem.findMany({ where: { kind: { startsWith: "SHOP_" } } })).toMatchObject([
      {
        kind: "SHOP_PAYMENT_HELD",
        subjectKey: order.reference,
        severity: "ERROR",
        reason: expect.stringContaining("TWICE_PAID"),
      },
    ]);
  });

  it("makes exactly one refund of a late payment, with its key on record before anything is sent", async () => {
    const order = await storeOrder(store.db, { status: "CANCELLED" }, { status: "EXPIRED" });
    await Promise.all([1, 2, 3].map(() => apply(order.payments[0]!, "PAID", "WEBHOOK")));
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "CANCELLED",
      paymentState: "REFUND_DUE",
      refunds: ["late 1000 DUE"],
      notices: [],
      movements: [],
      events: ["shop.refund.due"],
    });
    expect(await store.db.shopRefund.findFirst()).toMatchObject({
      idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
      nextCheckAt: after(2),
      requestedBy: "drumline",
    });
  });

  it("tells of problems that go by themselves when they are gone", async () => {
    const order = await storeOrder(store.db, {}, {});
    const [paymentId] = order.payments as [string];
    await applyProviderState(store.db, [{ paymentId, source: "POLL", seen: { kind: "NOT_FOUND" } }], { now: NOON });
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_HELD", "SHOP_PAYMENT_NOT_FOUND"]);
    await apply(paymentId, "OPEN", "POLL", { status: null, rawStatus: "settling" });
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_WORD_UNKNOWN"]);
    await apply(paymentId, "PAID");
    expect(await openProblems()).toEqual([]);
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "CONFIRMED", paymentState: "PAID" });
  });

  it("of many orders and of several attempts of one is applied in one go, in its order", async () => {
    const one = await storeOrder(store.db, { totalMinor: 3_000n }, { amountMinor: 1_000n }, { amountMinor: 2_000n });
    const other = await storeOrder(store.db, {}, {});
    const amount = (minor: bigint) => ({ amount: { minor, currency: "EUR" } });
    const seen = (status: PaymentStatus, minor: bigint) =>
      ({ kind: "PAYMENT", observed: observed(status, amount(minor)) }) as const;
    await applyProviderState(
      store.db,
      [
        { paymentId: one.payments[0]!, source: "POLL", seen: seen("PAID", 1_000n) },
        { paymentId: other.payments[0]!, source: "POLL", seen: seen("PENDING", 1_000n) },
        { paymentId: one.payments[1]!, source: "POLL", seen: seen("PAID", 2_000n) },
        { paymentId: "00000000-0000-4000-8000-000000000000", source: "POLL", seen: seen("PAID", 1n) },
      ],
      { now: after(2) },
    );
    expect(await stateOf(store.db, one.id)).toMatchObject({
      status: "CONFIRMED",
      paymentState: "PAID",
      notices: ["confirmed"],
    });
    expect(await stateOf(store.db, other.id)).toMatchObject({ status: "PLACED", payments: ["PENDING"], events: [] });
  });

  it("moves the next check, unless somebody wants the payment asked since", async () => {
    const order = await storeOrder(store.db, {}, {}, {});
    const [quiet, wanted] = order.payments as [string, string];
    await store.db.shopPayment.update({ where: { id: wanted }, data: { askSource: "WEBHOOK" } });
    await apply(quiet, "OPEN");
    await apply(wanted, "OPEN");
    const rows = await store.db.shopPayment.findMany();
    expect(rows.find(({ id }) => id === quiet)).toMatchObject({ nextCheckAt: after(5) });
    expect(rows.find(({ id }) => id === wanted)).toMatchObject({ nextCheckAt: NOON });
  });

  it("is there as a whole or not at all", async () => {
    const order = await storeOrder(store.db, {}, {});
    await store.db.$executeRaw`ALTER TABLE shop_notice ADD CONSTRAINT no_notice CHECK (kind <> 'confirmed')`;
    try {
      await expect(apply(order.payments[0]!, "PAID")).rejects.toThrow("no_notice");
    } finally {
      await store.db.$executeRaw(Prisma.sql`ALTER TABLE shop_notice DROP CONSTRAINT no_notice`);
    }
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "PLACED",
      payments: ["OPEN"],
      movements: [],
      events: [],
    });
    await apply(order.payments[0]!, "PAID");
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "CONFIRMED", movements: ["SALE A 2"] });
  });

  it("of refunds and chargebacks is followed, and refunds are told of once", async () => {
    const order = await storeOrder(store.db, {}, {});
    const [id] = order.payments as [string];
    await apply(id, "PAID");
    const refund = (status: "PROCESSING" | "REFUNDED" | "FAILED") => ({
      refunds: [
        {
          providerId: "re_1",
          reference: null,
          status,
          rawStatus: status.toLowerCase(),
          amount: { minor: 400n, currency: "EUR" },
        },
      ],
    });
    await apply(id, "PAID", "WEBHOOK", refund("PROCESSING"));
    await apply(id, "PAID", "POLL", refund("REFUNDED"));
    await apply(id, "PAID", "WEBHOOK", refund("REFUNDED"));
    expect(await stateOf(store.db, order.id)).toMatchObject({
      paymentState: "PARTIALLY_REFUNDED",
      refunds: ["provider/re_1 400 REFUNDED"],
      notices: ["confirmed", "refunded"],
      events: ["shop.order.confirmed", "shop.refund.refunded"],
    });
    await apply(id, "PAID", "POLL", refund("FAILED"));
    expect(await openProblems()).toEqual(["SHOP_REFUND_FAILED"]);
    const dispute = (status: "OPEN" | "WON") => ({
      disputes: [
        { providerId: "chb_1", status, amount: { minor: 1_000n, currency: "EUR" }, reason: "a\0b", openedAt: NOON },
      ],
    });
    await apply(id, "PAID", "WEBHOOK", dispute("OPEN"));
    expect(await stateOf(store.db, order.id)).toMatchObject({ paymentState: "CHARGED_BACK" });
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_DISPUTED", "SHOP_REFUND_FAILED"]);
    await apply(id, "PAID", "WEBHOOK", dispute("WON"));
    expect(await stateOf(store.db, order.id)).toMatchObject({ paymentState: "PAID" });
    expect(await openProblems()).toEqual(["SHOP_REFUND_FAILED"]);
  });
});
