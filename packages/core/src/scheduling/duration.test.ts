import { describe, expect, it } from "@jest/globals";

import { InvalidSchedule, MAX_INTERVAL_SECONDS, parseDurationSeconds } from "./index.ts";

const KEY = "OMNITRON_ORDERS_SCHEDULE";

describe("seconds between runs", () => {
  it.each([
    ["60", 60],
    ["60*5", 300],
    ["3 * 60 * 60", 10_800],
    ["60*60*24", 86_400],
    ["  1 ", 1],
    ["007*2", 14],
    ["315360000", MAX_INTERVAL_SECONDS],
    ["60*60*24*3650", MAX_INTERVAL_SECONDS],
  ])("reads %j as %d", (raw, seconds) => {
    expect(parseDurationSeconds(raw, KEY)).toBe(seconds);
  });

  it.each([
    ["", "is empty", "60*5"],
    ["0", "0 seconds", "60*5"],
    ["60*0", "0 seconds", "60*5"],
    ["-5", "negative", "60*5"],
    ["60*", "factor is missing", "60*5"],
    ["*60", "factor is missing", "60*5"],
    ["60**2", "two * in a row", "60*5"],
    ["60 5", "without a *", "60*5"],
    ["1e3", "plain decimal digits", "60*5"],
    ["0x10", "plain decimal digits", "60*5"],
    ["1.5", "whole number", "60*5"],
    ["5 minutes", "has a unit", "60*5"],
    ["5m", "has a unit", "60*5"],
    ["2h", "has a unit", "60*60*2"],
    ["90s", "has a unit", "90"],
    ["1 day", "has a unit", "60*60*24*1"],
    ["60+5", "is not seconds", "60*5"],
    ["60*(5)", "is not seconds", "60*5"],
    ["process.exit()", "is not seconds", "60*5"],
    ["٦٠", "is not seconds", "60*5"],
    ["315360001", "more than 10 years", "60*60*24"],
    ["60*60*60*60*60*60", "more than 10 years", "60*60*24"],
    ["9".repeat(10_000), "more than 10 years", "60*60*24"],
    ["1".padEnd(400, "0"), "more than 10 years", "60*60*24"],
    ["0,3,*,*,*", "is a crontab, not seconds; remove this key and set OMNITRON_ORDERS_CRONTAB=0,3,*,*,*", "60*5"],
    ["*/5 * * * *", "is a crontab", "60*5"],
  ])("refuses %j and says what to write", (raw, problem, example) => {
    const refusal = refusalOf(() => parseDurationSeconds(raw, KEY));
    expect(refusal).toBeInstanceOf(InvalidSchedule);
    expect(refusal.problem).toContain(problem);
    expect(refusal.toProblem()).toMatchObject({ key: KEY, value: raw, example: `${KEY}=${example}` });
  });

  it("names no env key where the value came from elsewhere", () => {
    expect(refusalOf(() => parseDurationSeconds("x", "every"))).toMatchObject({ source: "every", example: "60*5" });
  });
});

function refusalOf(act: () => unknown): InvalidSchedule {
  try {
    act();
  } catch (error) {
    return error as InvalidSchedule;
  }
  throw new Error("nothing was refused");
}
