import { describe, expect, it } from "@jest/globals";

import { compareTriggers } from "./compare-triggers.ts";
import { parseCrontab } from "./crontab.ts";
import type { Trigger } from "./trigger.ts";

const now = new Date("2026-11-26T12:00:00Z");
const crontab = (text: string, timezone = "UTC"): Trigger => ({
  kind: "crontab",
  crontab: parseCrontab(text, "crontab"),
  timezone,
});
const every = (seconds: number): Trigger => ({ kind: "interval", everyMs: seconds * 1_000 });
const from = (trigger: Trigger, anchor = now) => ({ trigger, anchor });
const changed = (comparison: ReturnType<typeof compareTriggers>) =>
  comparison.cells
    .filter(({ added, removed }) => added + removed > 0)
    .map(({ from: at, added, removed }) => [at.toISOString().slice(11, 16), added, removed]);

describe("what a change of a trigger does to the coming day", () => {
  it("names the occurrence that goes and the one that comes when an hour is moved", () => {
    const comparison = compareTriggers(from(crontab("0 3 * * *")), from(crontab("30 4 * * *")), now);
    expect(changed(comparison)).toEqual([
      ["03:00", 0, 1],
      ["04:30", 1, 0],
    ]);
    expect(comparison).toMatchObject({ kept: 0, added: 1, removed: 1 });
  });

  it("keeps those that both have", () => {
    const comparison = compareTriggers(from(crontab("0 * * * *")), from(crontab("0,30 * * * *")), now);
    expect(comparison).toMatchObject({ kept: 24, added: 24, removed: 0 });
  });

  it("changes nothing where only the words change", () => {
    const comparison = compareTriggers(from(crontab("*/60 * * * *")), from(crontab("0 * * * *")), now);
    expect(changed(comparison)).toEqual([]);
    expect(comparison.kept).toBe(24);
  });

  it("takes every occurrence as new where there was no schedule, and as gone where there is none more", () => {
    expect(compareTriggers(null, from(every(3_600)), now)).toMatchObject({ kept: 0, added: 24, removed: 0 });
    expect(compareTriggers(from(every(3_600)), null, now)).toMatchObject({ kept: 0, added: 0, removed: 24 });
  });

  it("puts an occurrence at the very end of the day into its last cell", () => {
    const { cells } = compareTriggers(null, from(every(86_400)), now);
    expect(cells).toHaveLength(96);
    expect(cells.at(-1)).toMatchObject({ added: 1, from: new Date("2026-11-27T11:45:00Z") });
  });

  it("counts a schedule of every second without leaving one out", () => {
    expect(compareTriggers(null, from(every(1)), now).added).toBe(86_400);
  });
});
