import { describe, expect, it } from "@jest/globals";

import { toSettingRows } from "./setting-rows.ts";

const policies = {
  timeoutMs: 60_000,
  overlap: "skip",
  missed: null,
  graceMs: 60_000,
  retries: 3,
  backoffMs: 10_000,
  priority: 0,
  recordLimit: null,
};
const task = { policies, entry: { key: "orders", envKey: "OMNITRON_ORDERS", trigger: "every 3600s" } } as never;
const schedule = {
  ...policies,
  missed: "skip",
  source: "ENV",
  enabled: true,
  trigger: "every 300s",
  inWords: "every 5 minutes",
  crontab: null,
  timezone: null,
  args: {},
  pingOrigin: null,
};
const fromOf = (more: object, name: string) =>
  toSettingRows({ ...schedule, ...more } as never, task).find((row) => row.name === name)!.from;

describe("where a setting comes from", () => {
  it("names the env key and the catalogue's default of a timing that env keys changed", () => {
    expect(fromOf({}, "When")).toBe(
      "from OMNITRON_ORDERS_SCHEDULE (environment of beat); catalogue default every 3600s",
    );
    expect(fromOf({ trigger: "0 3 * * *", crontab: "0 3 * * *" }, "When")).toMatch(/^from OMNITRON_ORDERS_CRONTAB/);
    expect(fromOf({ trigger: "every 3600s" }, "When")).toMatch(/^catalogue default; OMNITRON_ORDERS_SCHEDULE or/);
  });

  it("tells what was set here from what is the task's own", () => {
    expect(fromOf({ source: "API" }, "When")).toBe("set here");
    expect(fromOf({}, "Tries after the first")).toBe("the task's own");
    expect(fromOf({ retries: 1 }, "Tries after the first")).toBe("set here; the task's own: 3");
    expect(fromOf({}, "Occurrences nobody ran in time")).toBe("follows from the timing");
  });
});
