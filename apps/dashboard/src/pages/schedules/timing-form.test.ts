import { describe, expect, it } from "@jest/globals";

import { readTimingText, timingText, toTiming, toTimingWish } from "./timing-form.ts";

const interval = (amount: string, unit: string) => ({ kind: "interval", amount, unit });
const crontab = (...fields: string[]) => ({ kind: "crontab", fields, timezone: "UTC" });

describe("a timing as a form has it", () => {
  it.each([
    [10, interval("10", "seconds")],
    [300, interval("5", "minutes")],
    [90, interval("90", "seconds")],
    [7_200, interval("2", "hours")],
    [86_400, interval("1", "days")],
  ])("shows %i seconds in the largest unit that holds them", (everySeconds, form) => {
    const timing = toTiming({ crontab: null, everySeconds, timezone: null });
    expect(timing).toEqual(form);
    expect(toTimingWish(timing)).toEqual({ everySeconds });
  });

  it.each([
    ["5m", interval("5", "minutes")],
    ["300", interval("5", "minutes")],
    ["60*5", interval("5", "minutes")],
    ["3 * 60 * 60", interval("3", "hours")],
    ["every 300s", interval("300", "seconds")],
    ["0 3 * * *", crontab("0", "3", "*", "*", "*")],
    ["*/15 * * * 1-5", crontab("*/15", "*", "*", "*", "1-5")],
    ["0,3,*,*,*", crontab("0", "3", "*", "*", "*")],
    ["0 25 * * *", crontab("0", "25", "*", "*", "*")],
  ])("reads the text %s", (text, form) => {
    expect(readTimingText(text, "UTC")).toEqual(form);
  });

  it.each(["", "soon", "0 3 * *", "0", "5 m x"])("reads nothing out of %j", (text) => {
    expect(readTimingText(text, "UTC")).toBeNull();
  });

  it("gives the api what a person wrote, also where it is wrong, so that the answer can name it", () => {
    expect(toTimingWish({ kind: "interval", amount: "soon", unit: "minutes" })).toEqual({ everySeconds: "soon*60" });
    expect(toTimingWish(readTimingText("0 25 * * *", "Asia/Tokyo")!)).toEqual({
      crontab: "0 25 * * *",
      timezone: "Asia/Tokyo",
    });
  });

  it("writes a text that it reads back", () => {
    for (const text of ["5m", "10s", "2h", "1d", "0 3 * * 1"])
      expect(timingText(readTimingText(text, "UTC")!)).toBe(text);
  });
});
