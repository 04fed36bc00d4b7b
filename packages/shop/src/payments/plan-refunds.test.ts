import { describe, expect, it } from "@jest/globals";

import { attempt, MADE, NOW, plan, refund, seen } from "../../test/payment-words.ts";
import type { AttemptNow } from "./payment.ts";
import { planProviderState } from "./plan-provider-state.ts";

describe("money that goes back", () => {
  const PAID = { status: "CONFIRMED", paymentState: "PAID" } as const;
  const paid = (changes: Partial<AttemptNow> = {}) => attempt("a", "PAID", changes);

  it.each([
    [1_000n, "CONFIRMED REFUNDED"],
    [400n, "CONFIRMED PARTIALLY_REFUNDED"],
    [1_500n, "CONFIRMED REFUNDED"],
  ])("(%d) is followed though the payment stays paid: %s", (minor, order) => {
    const back = seen("PAID", { refunds: [refund("REFUNDED", minor)] });
    expect(plan(back, { order: PAID, attempts: [paid()] })).toMatchObject({ order, effects: ["REFUNDED"] });
  });

  it("is processing first and refunded later, told of once, and never processing again", () => {
    const processing = plan(seen("PAID", { refunds: [refund("PROCESSING")] }), { order: PAID, attempts: [paid()] });
    expect(processing).toMatchObject({ order: "CONFIRMED PAID", effects: ["REFUND_CHANGED"] });
    const done = planProviderState(
      processing.planned.order,
      [processing.planned.attempt],
      processing.planned.attempt,
      { kind: "MONEY_BACK", refunds: [refund("REFUNDED")] },
      NOW,
    );
    expect(done).toMatchObject({
      effects: [{ kind: "REFUNDED" }],
      order: { paymentState: "REFUNDED" },
      attempt: { refundedMinor: 1_000n },
    });
    const back = planProviderState(
      done.order,
      [done.attempt],
      done.attempt,
      { kind: "MONEY_BACK", refunds: [refund("PROCESSING")] },
      NOW,
    );
    expect(back).toMatchObject({ effects: [], order: { paymentState: "REFUNDED" } });
  });

  it("and is given back by the bank fails, for a person to see", () => {
    const refunds = [refund("REFUNDED")];
    const done = plan(seen("PAID", { refunds }), { order: PAID, attempts: [paid()] }).planned;
    const failed = planProviderState(
      done.order,
      [done.attempt],
      done.attempt,
      { kind: "MONEY_BACK", refunds: [refund("FAILED")] },
      NOW,
    );
    expect(failed).toMatchObject({ effects: [{ kind: "REFUND_FAILED" }], order: { paymentState: "PAID" } });
  });

  it("after a chargeback shows, and no longer once that is reversed", () => {
    const dispute = (status: "OPEN" | "WON") => ({
      providerId: "chb_1",
      status,
      amount: { minor: 1_000n, currency: "EUR" },
      reason: null,
      openedAt: NOW,
    });
    const back = plan(seen("PAID", { disputes: [dispute("OPEN")] }), { order: PAID, attempts: [paid()] });
    expect(back).toMatchObject({ order: "CONFIRMED CHARGED_BACK", effects: ["DISPUTE_CHANGED"] });
    expect(
      plan(seen("PAID", { disputes: [dispute("WON")] }), { order: PAID, attempts: [back.planned.attempt] }),
    ).toMatchObject({
      order: "CONFIRMED PAID",
    });
  });

  it("is ours by our reference, though its provider had no time to tell us its id", () => {
    const due = {
      id: "our-id",
      providerId: null,
      cause: "late",
      amountMinor: 1_000n,
      currency: "EUR",
      status: "UNKNOWN",
      rawStatus: null,
      createdAt: MADE,
      endedAt: null,
      nextCheckAt: MADE,
    } as const;
    const observed = { ...refund("PENDING"), reference: "our-id" };
    const found = plan(
      { kind: "MONEY_BACK", refunds: [observed] },
      { order: PAID, attempts: [paid({ refunds: [due] })] },
    );
    expect(found.planned.attempt.refunds).toMatchObject([
      { id: "our-id", providerId: "re_1", cause: "late", status: "PENDING" },
    ]);
  });
});
