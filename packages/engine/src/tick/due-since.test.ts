import { describe, expect, it } from "@jest/globals";

import { dueBetween, parseCrontab, type Trigger } from "@drumline/core/scheduling";
import fc from "fast-check";

import { dueSince } from "./due-since.ts";

const crontab = (text: string, timezone = "Europe/Amsterdam"): Trigger => ({
  kind: "crontab",
  crontab: parseCrontab(text, "test"),
  timezone,
});

describe("what fell due since", () => {
  it("keeps the newest one by one and counts the others, for any trigger and any downtime", () => {
    const triggers = fc.constantFrom<Trigger>(
      crontab("* * * * *"),
      crontab("*/7 1-4 * * *"),
      crontab("30 2 * * *"),
      crontab("0 0 1 * 1"),
      { kind: "interval", everyMs: 7_000 * 60 },
    );
    const starts = fc.date({ min: new Date("2026-03-01"), max: new Date("2026-11-01"), noInvalidDate: true });
    const spans = fc.integer({ min: 0, max: 40 * 24 * 60 });
    fc.assert(
      fc.property(triggers, starts, spans, fc.integer({ min: 1, max: 50 }), (trigger, after, minutes, kept) => {
        const until = new Date(after.getTime() + minutes * 60_000);
        const all = dueBetween(trigger, after, after, until, Number.MAX_SAFE_INTEGER);
        const { instants, earlier } = dueSince(trigger, after, after, until, kept);
        expect(instants).toEqual(all.slice(-kept));
        const older = all.slice(0, Math.max(0, all.length - kept));
        expect(earlier).toEqual(older.length === 0 ? null : { count: older.length, last: older.at(-1) });
      }),
      { numRuns: 100 },
    );
  });
});
