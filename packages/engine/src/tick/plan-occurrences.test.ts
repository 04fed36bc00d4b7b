import { describe, expect, it } from "@jest/globals";

import { parseCrontab } from "@drumline/core/scheduling";
import { DEFAULT_POLICIES, toSchedulePolicies } from "@drumline/core/task";
import fc from "fast-check";

import type { Schedule } from "../schedules/schedule.ts";
import { type Occurrence, type OccurrenceInput, planOccurrences } from "./plan-occurrences.ts";

const at = (time: string) => new Date(`2026-11-20T${time}Z`);

const everyMinute = (overrides: Partial<Schedule> = {}): Schedule => ({
  id: "a",
  name: "get-omnitron-orders-cron",
  key: "get-omnitron-orders-cron",
  source: "ENV",
  task: "oms.orders.tasks.get_orders_from_omnitron",
  description: "",
  args: {},
  enabled: true,
  trigger: { kind: "interval", everyMs: 60_000 },
  ...toSchedulePolicies({ ...DEFAULT_POLICIES, timeoutMs: 60_000 }, "interval"),
  pingUrl: null,
  disabledReason: null,
  anchorAt: at("12:00:00"),
  lastDueAt: null,
  pausedAt: null,
  pausedUntil: null,
  pausedReason: null,
  contentHash: "",
  catalogueVersion: 1,
  ...overrides,
});

const nightly = (overrides: Partial<Schedule> = {}): Schedule =>
  everyMinute({
    trigger: { kind: "crontab", crontab: parseCrontab("0 3 * * *", "test"), timezone: "UTC" },
    missed: "once",
    anchorAt: new Date("2026-11-10T00:00:00Z"),
    ...overrides,
  });

const plan = (schedule: Schedule, now: Date, input: Partial<OccurrenceInput> = {}) =>
  planOccurrences({ schedule, now, open: [], duplicates: "refused", ...input });

const told = (occurrences: readonly Occurrence[]) =>
  occurrences.map((occurrence) =>
    occurrence.kind === "run"
      ? `${occurrence.origin}${occurrence.held ? " held" : ""} ${occurrence.dueAt.toISOString().slice(11, 19)}`
      : `${occurrence.status} ${occurrence.code} ${occurrence.dueAt.toISOString().slice(11, 19)}${occurrence.occurrences > 1 ? ` x${occurrence.occurrences}` : ""}`,
  );

describe("planOccurrences", () => {
  it("waits one interval before the first run of a new schedule", () => {
    expect(plan(everyMinute(), at("12:00:59"))).toEqual([]);
    expect(told(plan(everyMinute(), at("12:01:00")))).toEqual(["SCHEDULE 12:01:00"]);
  });

  it("plans nothing for an occurrence that already has its row", () => {
    expect(plan(everyMinute({ lastDueAt: at("12:01:00") }), at("12:01:30"))).toEqual([]);
  });

  it("keeps the interval anchored when the last tick was late", () => {
    expect(told(plan(everyMinute({ lastDueAt: at("12:01:00") }), at("12:02:07")))).toEqual(["SCHEDULE 12:02:00"]);
  });

  it.each([["SCHEDULED" as const], ["PROCESSING" as const]])(
    "skips an occurrence while an earlier run is %s, and says so",
    (status) => {
      expect(told(plan(everyMinute(), at("12:01:00"), { open: [{ status }] }))).toEqual(["SKIPPED OVERLAP 12:01:00"]);
    },
  );

  it("holds one run behind the open one with queue_one, and skips the next", () => {
    const schedule = everyMinute({ overlap: "queue_one" });
    expect(told(plan(schedule, at("12:01:00"), { open: [{ status: "PROCESSING" }] }))).toEqual([
      "SCHEDULE held 12:01:00",
    ]);
    const both = [{ status: "PROCESSING" as const }, { status: "SCHEDULED" as const }];
    expect(told(plan(schedule, at("12:01:00"), { open: both }))).toEqual(["SKIPPED OVERLAP 12:01:00"]);
  });

  it("lets runs overlap with allow", () => {
    const open = [{ status: "PROCESSING" as const }];
    expect(told(plan(everyMinute({ overlap: "allow" }), at("12:01:00"), { open }))).toEqual(["SCHEDULE 12:01:00"]);
  });

  it("adds no run while one of the same configuration waits, unless the guard is off", () => {
    const schedule = everyMinute({ overlap: "allow" });
    expect(told(plan(schedule, at("12:01:00"), { duplicates: "waiting" }))).toEqual(["SKIPPED DUPLICATE 12:01:00"]);
    expect(told(plan(schedule, at("12:02:00"), { duplicates: "refused" }))).toEqual([
      "SCHEDULE 12:01:00",
      "SKIPPED DUPLICATE 12:02:00",
    ]);
    expect(told(plan(schedule, at("12:02:00"), { duplicates: "allowed" }))).toEqual([
      "SCHEDULE 12:01:00",
      "SCHEDULE 12:02:00",
    ]);
  });

  it("records every late interval as missed and runs the one that is still in grace", () => {
    expect(told(plan(everyMinute(), at("12:04:30")))).toEqual([
      "MISSED LATE 12:01:00",
      "MISSED LATE 12:02:00",
      "MISSED LATE 12:03:00",
      "SCHEDULE 12:04:00",
    ]);
  });

  it("makes a missed night good once, with the newest occurrence", () => {
    const threeNightsLater = new Date("2026-11-13T09:00:00Z");
    expect(told(plan(nightly(), threeNightsLater))).toEqual([
      "MISSED COALESCED 03:00:00",
      "MISSED COALESCED 03:00:00",
      "MISSED COALESCED 03:00:00",
      "CATCH_UP 03:00:00",
    ]);
  });

  it("needs no catch-up when an occurrence is due right now", () => {
    const atThree = new Date("2026-11-12T03:00:10Z");
    expect(told(plan(nightly(), atThree)).at(-1)).toBe("SCHEDULE 03:00:00");
    expect(told(plan(nightly(), atThree)).filter((line) => line.startsWith("CATCH_UP"))).toEqual([]);
  });

  it("lines up every missed occurrence behind the first with all", () => {
    const schedule = nightly({ missed: "all" });
    expect(told(plan(schedule, new Date("2026-11-13T09:00:00Z"))).map((line) => line.slice(0, 13))).toEqual([
      "CATCH_UP 03:0",
      "CATCH_UP held",
      "CATCH_UP held",
      "CATCH_UP held",
    ]);
  });

  it("sums up what is too much to list: a month of minutes is a hundred rows and one that counts the rest", () => {
    const planned = plan(everyMinute(), new Date("2026-12-20T12:00:30Z"));
    expect(planned).toHaveLength(101);
    expect(
      planned.reduce((sum, occurrence) => sum + (occurrence.kind === "skip" ? occurrence.occurrences : 1), 0),
    ).toBe(30 * 24 * 60);
  });

  it("skips paused occurrences with the pause's reason, and runs again when its time is over", () => {
    const paused = everyMinute({ pausedAt: at("11:00:00"), pausedUntil: at("12:02:00"), pausedReason: "stock count" });
    expect(plan(paused, at("12:01:00"))).toMatchObject([
      { kind: "skip", code: "PAUSED", reason: "paused: stock count" },
    ]);
    expect(told(plan({ ...paused, lastDueAt: at("12:01:00") }, at("12:02:00")))).toEqual(["SCHEDULE 12:02:00"]);
  });

  it("accounts for each occurrence exactly once, however the questions are spread over time", () => {
    const policies = fc.record({
      everySeconds: fc.integer({ min: 1, max: 4_000 }),
      overlap: fc.constantFrom("skip", "queue_one", "allow"),
      missed: fc.constantFrom("skip", "once", "all"),
      steps: fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 20 }),
    });
    fc.assert(
      fc.property(policies, ({ everySeconds, overlap, missed, steps }) => {
        const everyMs = everySeconds * 1_000;
        let schedule = everyMinute({ trigger: { kind: "interval", everyMs }, overlap, missed });
        let nowMs = schedule.anchorAt.getTime();
        let counted = 0;
        for (const step of steps) {
          nowMs += step * 1_000;
          const occurrences = plan(schedule, new Date(nowMs));
          counted += occurrences.reduce(
            (sum, occurrence) => sum + (occurrence.kind === "skip" ? occurrence.occurrences : 1),
            0,
          );
          const last = occurrences.map(({ dueAt }) => dueAt.getTime());
          if (last.length > 0) schedule = { ...schedule, lastDueAt: new Date(Math.max(...last)) };
        }
        expect(counted).toBe(Math.floor((nowMs - schedule.anchorAt.getTime()) / everyMs));
      }),
    );
  });
});
