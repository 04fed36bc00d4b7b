import { describe, expect, it } from "@jest/globals";

import { Cancel, Snooze } from "@drumline/core/task";
import { InvalidTaskArgs } from "@drumline/tasks";

import { type EndedTry, planEnding } from "./plan-ending.ts";
import { MissingHandler } from "./registry.ts";

const aTry = (overrides: Partial<EndedTry> = {}): EndedTry => ({
  attempt: 1,
  maxAttempts: 4,
  backoffMs: 1_000,
  stopped: null,
  random: 1,
  ...overrides,
});

describe("planEnding", () => {
  it("retries a failure while tries are left, twice as late each time", () => {
    const delays = [1, 2, 3].map((attempt) => planEnding(new Error("boom"), aTry({ attempt })));
    expect(delays).toMatchObject([
      { kind: "RETRY", delayMs: 1_000 },
      { kind: "RETRY", delayMs: 2_000 },
      { kind: "RETRY", delayMs: 4_000 },
    ]);
  });

  it("spreads retries over the upper half of the pause", () => {
    expect(planEnding(new Error("boom"), aTry({ random: 0 }))).toMatchObject({ delayMs: 500 });
  });

  it("never waits longer than an hour", () => {
    expect(planEnding(new Error("boom"), aTry({ attempt: 30, maxAttempts: 40 }))).toMatchObject({ delayMs: 3_600_000 });
  });

  it("fails after the last try and keeps the chain of causes", () => {
    const error = new Error("page not read", { cause: new Error("socket hang up") });
    expect(planEnding(error, aTry({ attempt: 4 }))).toEqual({
      kind: "FAILED",
      error: "page not read (because: socket hang up)",
    });
  });

  it("times out after the last try when the timeout stopped it", () => {
    expect(planEnding(new Error("stopped"), aTry({ attempt: 4, stopped: "timeout" }))).toMatchObject({
      kind: "TIMED_OUT",
    });
    expect(planEnding(new Error("stopped"), aTry({ stopped: "timeout" }))).toMatchObject({ kind: "RETRY" });
  });

  it("cancels where the handler says so or somebody asked", () => {
    expect(planEnding(new Cancel("no such channel"), aTry())).toEqual({ kind: "CANCELLED", error: "no such channel" });
    expect(planEnding(new Error("stopped"), aTry({ stopped: "cancelled" }))).toMatchObject({ kind: "CANCELLED" });
  });

  it("comes back after a snooze", () => {
    expect(planEnding(new Snooze(60_000, "rate limited"), aTry({ attempt: 4 }))).toMatchObject({
      kind: "SNOOZE",
      delayMs: 60_000,
    });
  });

  it.each([
    [0, 1_000],
    [-1, 1_000],
    [1e20, 86_400_000],
    [Number.POSITIVE_INFINITY, 86_400_000],
    [Number.NaN, 1_000],
    [1_500.4, 1_500],
  ])("bounds Snooze(%d) to %d ms: between a second and a day", (asked, delayMs) => {
    expect(planEnding(new Snooze(asked, "rate limited"), aTry())).toMatchObject({ kind: "SNOOZE", delayMs });
  });

  it("says what was thrown in storable words", () => {
    expect(planEnding(new Error("a\0b\ud83d"), aTry({ attempt: 4 }))).toEqual({
      kind: "FAILED",
      error: "a\ufffdb\ufffd",
    });
  });

  it("hands a run back when the shutdown stopped it", () => {
    expect(planEnding(new Error("stopped"), aTry({ attempt: 4, stopped: "shutdown" }))).toEqual({ kind: "HAND_BACK" });
  });

  it("does not retry what no retry can cure", () => {
    expect(planEnding(new InvalidTaskArgs("a.task", []), aTry())).toMatchObject({ kind: "FAILED" });
    expect(planEnding(new MissingHandler("a.task"), aTry())).toMatchObject({ kind: "FAILED" });
  });
});
