import { describe, expect, it } from "@jest/globals";

import { readTrigger } from "./read-trigger.ts";

const row = { key: "a-row", crontab: null, every_ms: null, timezone: "UTC" };

describe("the time that a row says", () => {
  it("is an interval of whole seconds, up to ten years", () => {
    for (const every_ms of [1_000n, 60_000n, 315_360_000_000n])
      expect(readTrigger({ ...row, every_ms })).toEqual({
        trigger: { kind: "interval", everyMs: Number(every_ms) },
        problem: null,
      });
    for (const every_ms of [1n, 1_500n, 315_360_001_000n, 9_000_000_000_000_000_000n])
      expect(readTrigger({ ...row, every_ms }).problem).toMatch(`every_ms is ${every_ms}, expected whole seconds`);
  });

  it("is a crontab in a zone that there is", () => {
    expect(readTrigger({ ...row, crontab: "0,30 3 * * *", timezone: "Europe/Amsterdam" })).toMatchObject({
      trigger: { kind: "crontab", crontab: { text: "0,30 3 * * *" }, timezone: "Europe/Amsterdam" },
      problem: null,
    });
  });

  it("keeps the words that cannot be read, and says what is wrong with them", () => {
    expect(readTrigger({ ...row, crontab: "every day" })).toMatchObject({
      trigger: { crontab: { text: "every day" } },
      problem: expect.stringContaining("crontab=every day"),
    });
    expect(readTrigger({ ...row, crontab: "0 3 * * *", timezone: "Europe/Amsterdm" }).problem).toMatch(
      /timezone=Europe\/Amsterdm.*did you mean Europe\/Amsterdam/,
    );
  });
});
