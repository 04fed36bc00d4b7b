import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { nextPauseMs, type RetrySchedule, retryScheduleSchema } from "./retry-schedule.ts";

const noJitter = () => 0;
const pauses = (schedule: RetrySchedule | null, random: () => number, upTo = 30): number[] => {
  const found: number[] = [];
  for (let attempts = 1; attempts <= upTo; attempts += 1) {
    const pauseMs = nextPauseMs(schedule, attempts, random);
    if (pauseMs === null) break;
    found.push(pauseMs / 1_000);
  }
  return found;
};

describe("the standard schedule", () => {
  it("is the list of Standard Webhooks: ten attempts in 75.6 hours", () => {
    const found = pauses(null, noJitter);
    expect(found).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(found.reduce((sum, pause) => sum + pause, 0) / 3_600).toBeCloseTo(75.6, 1);
  });

  it("comes up to a tenth later and never earlier", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempts, random) => {
          const plain = nextPauseMs(null, attempts, noJitter)!;
          const found = nextPauseMs(null, attempts, () => random)!;
          expect(found).toBeGreaterThanOrEqual(plain);
          expect(found).toBeLessThanOrEqual(Math.ceil(plain * 1.1));
        },
      ),
    );
  });
});

describe("a hook's own schedule", () => {
  it.each<[string, object, number, number[]]>([
    ["fixed", { choice: "fixed", kwargs: { seconds: 90 } }, 0, [90, 90, 90, 90]],
    ["linear", { choice: "linear", kwargs: { base: 60 } }, 0, [60, 120, 180, 240]],
    ["linear with a limit", { choice: "linear", kwargs: { base: 60, limit: 150 } }, 0, [60, 120, 150, 150]],
    ["exponential", { choice: "exponential", kwargs: { base: 2 } }, 0, [2, 4, 8, 16]],
    ["exponential with a factor", { choice: "exponential", kwargs: { base: 2, factor: 30 } }, 0, [60, 120, 240, 480]],
    ["exponential with a limit", { choice: "exponential", kwargs: { base: 10, limit: 500 } }, 0, [10, 100, 500, 500]],
    ["random, lowest", { choice: "random", kwargs: { min_value: 10, max_value: 20 } }, 0, [10, 10, 10, 10]],
    ["random, in between", { choice: "random", kwargs: { min_value: 10, max_value: 20 } }, 0.5, [15, 15, 15, 15]],
  ])("%s", (_, config, random, expected) => {
    expect(pauses(retryScheduleSchema.parse(config), () => random, 4)).toEqual(expected);
  });

  it("ends after the 19 attempts of the original", () => {
    expect(pauses(retryScheduleSchema.parse({ choice: "fixed", kwargs: { seconds: 1 } }), noJitter)).toHaveLength(18);
  });

  it("never pauses for more than a week, whatever the base", () => {
    const steep = retryScheduleSchema.parse({ choice: "exponential", kwargs: { base: 100 } });
    expect(Math.max(...pauses(steep, noJitter))).toBe(7 * 86_400);
  });

  it.each([
    [{ choice: "fibonacci", kwargs: {} }],
    [{ choice: "fixed", kwargs: {} }],
    [{ choice: "fixed", kwargs: { seconds: -1 } }],
    [{ choice: "linear", kwargs: { base: "60" } }],
    [{ choice: "exponential", kwargs: { base: 0.5 } }],
    [{ choice: "random", kwargs: { min_value: 20, max_value: 10 } }],
    [{ choice: "fixed", kwargs: { seconds: 1, limit: 2 } }],
  ])("refuses %j", (config) => {
    expect(retryScheduleSchema.safeParse(config).success).toBe(false);
  });
});
