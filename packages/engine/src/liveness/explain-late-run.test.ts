import { describe, expect, it } from "@jest/globals";

import { parseCrontab, type Trigger } from "@drumline/core/scheduling";

import type { Schedule } from "../schedules/schedule.ts";
import { explainLateRun, patienceOf } from "./explain-late-run.ts";
import type { OldestOpenRun } from "./late-runs.sql.ts";

const MINUTE = 60_000;
const dueAt = new Date("2026-11-20T12:00:00Z");
const after = (ms: number) => new Date(dueAt.getTime() + ms);
const every = (minutes: number): Trigger => ({ kind: "interval", everyMs: minutes * MINUTE });
const cron = (text: string): Trigger => ({ kind: "crontab", crontab: parseCrontab(text, "test"), timezone: "UTC" });

const schedule = (trigger: Trigger, timeoutMs = 10 * MINUTE) =>
  ({ trigger, graceMs: MINUTE, timeoutMs, anchorAt: new Date(0) }) as Schedule;

const run = (facts: Partial<OldestOpenRun> = {}): OldestOpenRun => ({
  scheduleId: "a",
  status: "SCHEDULED",
  dueAt,
  lateFrom: dueAt,
  attempt: 0,
  maxAttempts: 4,
  startedAt: null,
  nextAttemptAt: null,
  reasonCode: null,
  reason: null,
  error: null,
  worker: null,
  ...facts,
});

describe("how long an open run is borne", () => {
  it.each([
    ["three intervals", every(5), 15],
    ["its grace where that is longer", every(0.1), 1],
    ["its timeout for a crontab", cron("0 3 * * *"), 10],
    ["the time to the next occurrence where that is shorter", cron("*/5 * * * *"), 5],
  ])("is %s", (_, trigger, minutes) => {
    expect(patienceOf(schedule(trigger), dueAt)).toBe(minutes * MINUTE);
  });
});

describe("the cause of a late run", () => {
  it("is a missing worker from the grace on, where it never began", () => {
    expect(explainLateRun(run(), schedule(every(5)), after(MINUTE))).toBeNull();
    expect(explainLateRun(run(), schedule(every(5)), after(MINUTE + 1))).toBe("and has waited 60 s for a worker");
  });

  it("is the silence that the outside asked for, with its reason and its end", () => {
    const snoozed = run({
      startedAt: dueAt,
      nextAttemptAt: after(30 * MINUTE),
      error: "Omnitron asked for silence until 12:30",
    });
    expect(explainLateRun(snoozed, schedule(every(5)), after(15 * MINUTE))).toBeNull();
    expect(explainLateRun(snoozed, schedule(every(5)), after(16 * MINUTE))).toBe(
      "and waits until 2026-11-20T12:30:00.000Z because: Omnitron asked for silence until 12:30",
    );
  });

  it("is the next try and what the last one said, between tries", () => {
    const retrying = run({ startedAt: dueAt, attempt: 2, nextAttemptAt: after(20 * MINUTE), error: "HTTP 502" });
    expect(explainLateRun(retrying, schedule(every(5)), after(16 * MINUTE))).toBe(
      "and waits until 2026-11-20T12:20:00.000Z for try 3 of 4 because: HTTP 502",
    );
  });

  it("is the worker that is still at it", () => {
    const working = run({
      status: "PROCESSING",
      startedAt: dueAt,
      attempt: 2,
      worker: "worker@a:1",
      error: "HTTP 502",
    });
    expect(explainLateRun(working, schedule(every(5)), after(16 * MINUTE))).toBe(
      "and is still worked on after 960 s, by worker@a:1 (try 2 of 4); the try before said: HTTP 502",
    );
  });

  it("is the task that no living worker has", () => {
    const unserved = run({ reasonCode: "NO_WORKER", reason: "no living worker has the task x on the queue oms" });
    expect(explainLateRun(unserved, schedule(every(5)), after(2 * MINUTE))).toBe(
      "and waits: no living worker has the task x on the queue oms",
    );
  });

  it("keeps a long error short", () => {
    const failing = run({ startedAt: dueAt, attempt: 1, error: "😀".repeat(5_000) });
    expect(explainLateRun(failing, schedule(every(5)), after(16 * MINUTE))).toBe(
      `and has waited 960 s for a worker; its last try said: ${"😀".repeat(300)}`,
    );
  });
});
