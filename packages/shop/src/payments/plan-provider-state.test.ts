import { describe, expect, it } from "@jest/globals";

import { attempt, MADE, NOW, plan, seen } from "../../test/payment-words.ts";
import { planProviderState } from "./plan-provider-state.ts";

describe("a provider's word for a payment", () => {
  it.each([
    ["OPEN", "OPEN", "PLACED AWAITING", []],
    ["OPEN", "PENDING", "PLACED AWAITING", []],
    ["OPEN", "AUTHORIZED", "CONFIRMED AUTHORIZED", ["CONFIRM"]],
    ["OPEN", "PAID", "CONFIRMED PAID", ["CONFIRM"]],
    ["PENDING", "OPEN", "PLACED AWAITING", []],
    ["OPEN", "FAILED", "PLACED AWAITING", []],
    ["OPEN", "CANCELED", "PLACED AWAITING", []],
    ["PENDING", "EXPIRED", "PLACED AWAITING", []],
    ["FAILED", "AUTHORIZED", "CONFIRMED AUTHORIZED", ["CONFIRM"]],
    ["EXPIRED", "PAID", "CONFIRMED PAID", ["CONFIRM"]],
  ] as const)("turns %s into %s and the order into %s", (from, to, order, effects) => {
    expect(plan(seen(to), { attempts: [attempt("a", from)] })).toMatchObject({ order, attempt: to, effects });
  });

  it.each([
    ["PAID", "OPEN"],
    ["PAID", "FAILED"],
    ["PAID", "EXPIRED"],
    ["FAILED", "OPEN"],
    ["EXPIRED", "CANCELED"],
    ["CANCELED", "PENDING"],
    ["AUTHORIZED", "OPEN"],
  ] as const)("never takes %s back to %s: the contradiction is on record, and that is all", (from, to) => {
    const order = from === "PAID" || from === "AUTHORIZED" ? { status: "CONFIRMED" as const } : {};
    const before = attempt("a", from, { endedAt: MADE });
    expect(plan(seen(to), { order, attempts: [before] })).toMatchObject({
      attempt: from,
      effects: ["CONTRADICTION"],
      isNews: true,
      planned: { attempt: { rawStatus: from.toLowerCase(), endedAt: MADE } },
    });
  });

  it("that nobody knows is kept raw and counted, and changes nothing; a method nobody knows neither", () => {
    const unknown = plan(seen(null, { method: "wero" }));
    expect(unknown).toMatchObject({ order: "PLACED AWAITING", attempt: "OPEN", effects: ["UNKNOWN_WORD"] });
    expect(unknown.planned.attempt).toMatchObject({ rawStatus: "settling", method: "wero" });
    const again = plan(seen(null), { attempts: [unknown.planned.attempt] });
    expect(again).toMatchObject({ effects: [], isNews: false });
    expect(plan(seen("PAID"), { attempts: [unknown.planned.attempt] })).toMatchObject({ order: "CONFIRMED PAID" });
  });

  it("seen a second time is no news", () => {
    const first = plan(seen("PAID"));
    const second = planProviderState(
      first.planned.order,
      [first.planned.attempt],
      first.planned.attempt,
      seen("PAID"),
      NOW,
    );
    expect(second).toMatchObject({ effects: [], isNews: false, order: { status: "CONFIRMED" } });
  });

  it("with text that no database keeps is kept as far as it can be", () => {
    const odd = plan(seen("FAILED", { failureReason: "a\0b\ud800", rawStatus: "x".repeat(500) }));
    expect(odd.planned.attempt.failureReason).toBe("a\ufffdb\ufffd");
    expect(odd.planned.attempt.rawStatus!.length).toBe(100);
  });
});

describe("money that contradicts the order", () => {
  it.each([
    ["another amount", { amount: { minor: 1_001n, currency: "EUR" } }, "AMOUNT"],
    ["another currency", { amount: { minor: 1_000n, currency: "USD" } }, "CURRENCY"],
  ])("(%s) holds it: nothing is confirmed", (_, changes, reason) => {
    expect(plan(seen("PAID", changes))).toMatchObject({
      order: `PLACED HELD ${reason}`,
      attempt: "PAID",
      effects: ["HOLD"],
    });
  });

  it("is held no second time, and stays held whatever else is seen", () => {
    const held = plan(seen("PAID", { amount: { minor: 1n, currency: "EUR" } })).planned;
    const again = planProviderState(held.order, [held.attempt], held.attempt, seen("PAID"), NOW);
    expect(again).toMatchObject({ effects: [], order: { status: "PLACED", heldReason: "AMOUNT" } });
  });

  it("because it is paid twice holds it: by two attempts that were both open, whatever was confirmed before", () => {
    const attempts = [attempt("b"), attempt("a", "PAID")];
    expect(plan(seen("PAID"), { order: { status: "CONFIRMED", paymentState: "PAID" }, attempts })).toMatchObject({
      order: "CONFIRMED HELD TWICE_PAID",
      effects: ["HOLD"],
    });
  });

  it("because it is too little holds it once no other attempt is open, until the rest comes", () => {
    const half = { amount: { minor: 400n, currency: "EUR" } };
    const other = attempt("b", "OPEN", { amountMinor: 600n });
    const first = attempt("a", "OPEN", { amountMinor: 400n });
    expect(plan(seen("PAID", half), { attempts: [first, other] })).toMatchObject({
      order: "PLACED AWAITING",
      effects: [],
    });
    const alone = plan(seen("PAID", half), { attempts: [first] });
    expect(alone).toMatchObject({ order: "PLACED HELD UNDERPAID", effects: ["HOLD"] });
    const rest = seen("PAID", { amount: { minor: 600n, currency: "EUR" } });
    expect(plan(rest, { order: alone.planned.order, attempts: [other, alone.planned.attempt] })).toMatchObject({
      order: "CONFIRMED PAID",
      effects: ["RELEASE_HOLD", "CONFIRM"],
    });
  });
});

describe("several attempts of one order", () => {
  it.each(["EXPIRED", "FAILED", "CANCELED"] as const)("stay paid by one when another is %s", (status) => {
    const attempts = [attempt("a"), attempt("b", "PAID")];
    expect(plan(seen(status), { order: { status: "CONFIRMED", paymentState: "PAID" }, attempts })).toMatchObject({
      order: "CONFIRMED PAID",
      attempt: status,
      effects: [],
    });
  });

  it("may each pay a part: vouchers, a card, and one of nothing", () => {
    const attempts = [
      attempt("a", "OPEN", { amountMinor: 300n }),
      attempt("b", "PAID", { amountMinor: 700n }),
      attempt("c", "PAID", { amountMinor: 0n }),
    ];
    const voucher = seen("PAID", { amount: { minor: 300n, currency: "EUR" } });
    expect(plan(voucher, { attempts })).toMatchObject({ order: "CONFIRMED PAID", effects: ["CONFIRM"] });
  });

  it("confirm an order of nothing by a payment of nothing", () => {
    const nothing = seen("PAID", { amount: { minor: 0n, currency: "EUR" } });
    const attempts = [attempt("a", "OPEN", { amountMinor: 0n })];
    expect(plan(nothing, { order: { totalMinor: 0n }, attempts })).toMatchObject({ order: "CONFIRMED PAID" });
  });
});

describe("money that comes late", () => {
  const CANCELLED = { status: "CANCELLED", paymentState: "NOT_PAID" } as const;

  it.each(["OPEN", "PENDING", "EXPIRED", "CANCELED", "FAILED"] as const)(
    "for a cancelled order (it was %s) goes back, once",
    (from) => {
      const late = plan(seen("PAID"), { order: CANCELLED, attempts: [attempt("a", from)] });
      expect(late).toMatchObject({ order: "CANCELLED REFUND_DUE", effects: ["REFUND"] });
      expect(late.planned.attempt.refunds).toMatchObject([
        { cause: "late", amountMinor: 1_000n, status: "DUE", nextCheckAt: NOW },
      ]);
      const again = planProviderState(
        late.planned.order,
        [late.planned.attempt],
        late.planned.attempt,
        seen("PAID"),
        NOW,
      );
      expect(again.effects).toEqual([]);
    },
  );

  it("for an order that another attempt has paid goes back, where its own attempt had ended", () => {
    const attempts = [attempt("a", "EXPIRED"), attempt("b", "PAID")];
    expect(plan(seen("PAID"), { order: { status: "CONFIRMED", paymentState: "PAID" }, attempts })).toMatchObject({
      order: "CONFIRMED PAID",
      effects: ["REFUND"],
    });
  });

  it("as a promise is held where it cannot be cancelled at its provider, and left to the next check where it can", () => {
    expect(plan(seen("AUTHORIZED"), { order: CANCELLED })).toMatchObject({
      order: "CANCELLED HELD LATE_AUTHORIZATION",
    });
    expect(plan(seen("AUTHORIZED", { isCancelable: true }), { order: CANCELLED })).toMatchObject({ effects: [] });
  });
});

describe("a payment that its provider does not know", () => {
  it("is never failed: the order is held, and let go when the payment is found", () => {
    const lost = plan({ kind: "NOT_FOUND" });
    expect(lost).toMatchObject({
      order: "PLACED HELD NOT_FOUND",
      attempt: "OPEN",
      effects: ["NOT_FOUND", "HOLD"],
      isNews: true,
    });
    const { order, attempt: asked } = lost.planned;
    expect(planProviderState(order, [asked], asked, { kind: "NOT_FOUND" }, NOW)).toMatchObject({
      effects: [{ kind: "NOT_FOUND" }],
      isNews: false,
    });
    expect(plan(seen("PAID"), { order, attempts: [asked] })).toMatchObject({
      order: "CONFIRMED PAID",
      effects: ["FOUND", "RELEASE_HOLD", "CONFIRM"],
    });
  });

  it("holds no order that is paid already", () => {
    const attempts = [attempt("a", "EXPIRED"), attempt("b", "PAID")];
    const paid = { status: "CONFIRMED", paymentState: "PAID" } as const;
    expect(plan({ kind: "NOT_FOUND" }, { order: paid, attempts })).toMatchObject({ order: "CONFIRMED PAID" });
  });

  it("is held for its amount where it is found with another one", () => {
    const { order, attempt: asked } = plan({ kind: "NOT_FOUND" }).planned;
    const other = seen("PAID", { amount: { minor: 5n, currency: "EUR" } });
    expect(plan(other, { order, attempts: [asked] })).toMatchObject({ order: "PLACED HELD AMOUNT" });
  });
});
