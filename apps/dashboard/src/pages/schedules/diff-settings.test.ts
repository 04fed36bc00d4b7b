import { describe, expect, it } from "@jest/globals";

import { diffSettings } from "./diff-settings.ts";

describe("what a change of a schedule changed", () => {
  it("names only what differs, nested arguments by their path", () => {
    const before = { crontab: "0 3 * * *", args: { platform: "EU", months: 6 }, retries: 3, version: 1 };
    const after = { crontab: "0 4 * * *", args: { platform: "EU", months: 12 }, retries: 3, version: 2 };
    expect(diffSettings(before, after)).toEqual([
      { name: "crontab", before: "0 3 * * *", after: "0 4 * * *" },
      { name: "args.months", before: "6", after: "12" },
    ]);
  });

  it("names what came and what went", () => {
    expect(diffSettings({ everyMs: 60_000, crontab: null }, { everyMs: null, crontab: "0 3 * * *" })).toEqual([
      { name: "crontab", before: null, after: "0 3 * * *" },
      { name: "everyMs", before: "60000", after: null },
    ]);
  });

  it("takes a schedule that was made or deleted as one that came or went whole", () => {
    expect(diffSettings(null, { key: "a" })).toEqual([{ name: "key", before: null, after: "a" }]);
    expect(diffSettings({ key: "a" }, null)).toEqual([{ name: "key", before: "a", after: null }]);
  });
});
