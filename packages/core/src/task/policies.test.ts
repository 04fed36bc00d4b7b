import { describe, expect, it } from "@jest/globals";

import { DAY_MS, HOUR_MS } from "../clock/index.ts";
import {
  DEFAULT_POLICIES,
  policiesInWords,
  policiesOf,
  POLICY_NAMES,
  POLICY_SCHEMAS,
  POLICY_VIEW_SCHEMAS,
  toRunPolicies,
  toSchedulePolicies,
} from "./policies.ts";

const ofTask = { ...DEFAULT_POLICIES, timeoutMs: HOUR_MS };
const ofSchedule = toSchedulePolicies(ofTask, "interval");

describe("the policies of a schedule", () => {
  it("have a default each, except the timeout, which every task says itself", () => {
    expect(DEFAULT_POLICIES).toEqual({
      overlap: "skip",
      missed: null,
      graceMs: 60_000,
      retries: 3,
      backoffMs: 10_000,
      priority: 0,
      recordLimit: null,
    });
  });

  it("make good what cron missed once, and what an interval missed not at all, unless the task says so", () => {
    expect(toSchedulePolicies(ofTask, "crontab").missed).toBe("once");
    expect(toSchedulePolicies(ofTask, "interval").missed).toBe("skip");
    expect(toSchedulePolicies({ ...ofTask, missed: "all" }, "crontab").missed).toBe("all");
  });

  it("are picked out of what has more", () => {
    expect(policiesOf({ ...ofSchedule, key: "nightly", enabled: true })).toEqual(ofSchedule);
    expect(Object.keys(ofSchedule).toSorted()).toEqual([...POLICY_NAMES].toSorted());
  });

  it("are taken over by a run, which counts its first try as well", () => {
    const run = { maxAttempts: 4, backoffMs: 10_000, timeoutMs: HOUR_MS, priority: 0, recordLimit: null };
    expect(toRunPolicies(ofTask)).toEqual(run);
  });

  it.each([
    ["timeoutMs", 999, 1_000],
    ["timeoutMs", 7 * DAY_MS + 1, 7 * DAY_MS],
    ["retries", -1, 0],
    ["priority", 2_097_152, 2_097_151],
    ["recordLimit", 0, null],
    ["overlap", "sometimes", "queue_one"],
  ] as const)("take no %s of %s, and one of %s", (name, wrong, right) => {
    expect(POLICY_SCHEMAS[name].safeParse(wrong).success).toBe(false);
    expect(POLICY_SCHEMAS[name].parse(right)).toBe(right);
  });

  it("are shown even where a row lies outside of what is taken", () => {
    expect(POLICY_VIEW_SCHEMAS.backoffMs.parse(30 * DAY_MS)).toBe(30 * DAY_MS);
    expect(POLICY_VIEW_SCHEMAS.recordLimit.parse(0)).toBe(0);
  });

  it("are said in words, all of them or those that differ", () => {
    expect(policiesInWords(ofSchedule)).toContainEqual(["Timeout", "1 hour"]);
    expect(policiesInWords({ ...ofSchedule, recordLimit: 100 }, ofSchedule)).toEqual([["Records per run", "100"]]);
    expect(policiesInWords(ofSchedule, { ...ofSchedule, recordLimit: 100 })).toEqual([["Records per run", "no limit"]]);
  });
});
