import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { type CheckedAttempt, planNextCheck, planNextRefundCheck } from "./plan-next-check.ts";

const MADE = new Date("2026-11-20T12:00:00Z");
const at = (ms: number) => new Date(MADE.getTime() + ms);
const attempt = (changes: Partial<CheckedAttempt> = {}): CheckedAttempt => ({
  status: "OPEN",
  providerId: "tr_1",
  createdAt: MADE,
  expiresAt: null,
  captureBefore: null,
  endedAt: null,
  ...changes,
});

/** Every check of a payment that never changes, in minutes after it was made; each comes a little late. */
function allChecks(of: CheckedAttempt, from = 0): number[] {
  const minutes: number[] = [];
  for (
    let next = planNextCheck(of, at(from));
    next !== null && minutes.length < 1_000;
    next = planNextCheck(of, new Date(next.getTime() + 40_000))
  )
    minutes.push((next.getTime() - MADE.getTime()) / MINUTE_MS);
  return minutes;
}

describe("the plan of asking", () => {
  it("is 2, 5, 15, 30, 60 minutes, then hourly, past a day every six hours, until an hour after the end", () => {
    const checks = allChecks(attempt({ expiresAt: at(2 * DAY_MS + HOUR_MS) }));
    expect(checks.slice(0, 8)).toEqual([2, 5, 15, 30, 60, 120, 180, 240]);
    expect(checks.slice(-6).map((minutes) => minutes / 60)).toEqual([24, 30, 36, 42, 48, 50]);
  });

  it("ends an hour after 15 minutes of iDEAL", () => {
    expect(allChecks(attempt({ expiresAt: at(15 * MINUTE_MS) }))).toEqual([2, 5, 15, 30, 60, 75]);
  });

  it("asks a bank transfer of 12 days fewer than 80 times", () => {
    expect(allChecks(attempt({ status: "PENDING", expiresAt: at(12 * DAY_MS) })).length).toBeLessThan(80);
  });

  it("asks one without an end for 30 days, and one that is authorised until its capture is over", () => {
    expect(allChecks(attempt()).at(-1)).toBe(30 * 24 * 60 + 60);
    expect(allChecks(attempt({ status: "AUTHORIZED", captureBefore: at(3 * DAY_MS) })).at(-1)).toBe(3 * 24 * 60 + 60);
  });

  it.each(["FAILED", "CANCELED", "EXPIRED"] as const)("asks one that is %s again after 24 and 72 hours", (status) => {
    expect(allChecks(attempt({ status, endedAt: MADE })).map((minutes) => minutes / 60)).toEqual([24, 72]);
  });

  it("asks one that is paid, or that its provider has no id for, never", () => {
    expect(planNextCheck(attempt({ status: "PAID" }), MADE)).toBeNull();
    expect(planNextCheck(attempt({ providerId: null }), MADE)).toBeNull();
  });

  it("does not ask more often because it was late", () => {
    expect(planNextCheck(attempt(), at(20 * MINUTE_MS))).toEqual(at(30 * MINUTE_MS));
    expect(planNextCheck(attempt(), at(90 * MINUTE_MS))).toEqual(at(120 * MINUTE_MS));
  });

  it("asks a refund in every turn of an hourly schedule, however late in each it comes", () => {
    let due = planNextRefundCheck(at(5_000), at(5_000))!;
    for (const turn of [2, 3, 4, 5]) {
      const lookAt = at(turn * HOUR_MS + 900 - turn * 100);
      expect(due.getTime()).toBeLessThanOrEqual(lookAt.getTime());
      due = planNextRefundCheck(at(5_000), lookAt)!;
    }
  });

  it("asks refunds hourly for 7 days, then daily until they are 30 days old", () => {
    expect(planNextRefundCheck(MADE, at(HOUR_MS))).toEqual(at(2 * HOUR_MS));
    expect(planNextRefundCheck(MADE, at(8 * DAY_MS))).toEqual(at(9 * DAY_MS));
    expect(planNextRefundCheck(MADE, at(30 * DAY_MS))).toBeNull();
  });
});
