import { describe, expect, it } from "@jest/globals";

import { planPeriods, type PlannedWindow, planWindow, type WindowWish } from "./plan-window.ts";
import { RefusedWindow } from "./refusals.ts";

const NOW = new Date("2026-10-24T12:00:00Z");
const HOUR_MS = 3_600_000;
const wish = (more: WindowWish): WindowWish => ({ name: "upgrade", reason: "PostgreSQL 18", ...more });
const plan = (more: WindowWish, current: PlannedWindow | null = null) => planWindow(wish(more), current, NOW);

describe("a maintenance window", () => {
  it("that is one-off begins now where nobody says when", () => {
    const endsAt = new Date(NOW.getTime() + HOUR_MS);
    const { timing } = plan({ endsAt });
    expect(timing).toEqual({ kind: "once", startsAt: NOW, endsAt });
    expect(planPeriods(timing, NOW, 5)).toEqual([{ startsAt: NOW, endsAt }]);
    expect(planPeriods(timing, endsAt, 5)).toEqual([]);
  });

  it("that recurs begins by the local clock, and takes as long also in the night of a clock change", () => {
    const { timing } = plan({ crontab: "30,2,*,*,*", timezone: "Europe/Amsterdam", durationMs: HOUR_MS });
    expect(timing).toMatchObject({ crontab: "30 2 * * *" });
    expect(planPeriods(timing, NOW, 2)).toEqual([
      { startsAt: new Date("2026-10-25T00:30:00Z"), endsAt: new Date("2026-10-25T01:30:00Z") },
      { startsAt: new Date("2026-10-26T01:30:00Z"), endsAt: new Date("2026-10-26T02:30:00Z") },
    ]);
  });

  it("keeps what a change leaves out, and may become one of the other kind", () => {
    const recurring = plan({ crontab: "0 2 * * *", durationMs: HOUR_MS, queues: ["oms"] });
    expect(planWindow({ durationMs: 2 * HOUR_MS }, recurring, NOW)).toEqual({
      ...recurring,
      timing: { ...recurring.timing, durationMs: 2 * HOUR_MS },
    });
    const endsAt = new Date(NOW.getTime() + HOUR_MS);
    expect(planWindow({ endsAt }, recurring, NOW).timing).toEqual({ kind: "once", startsAt: NOW, endsAt });
  });

  it.each<[WindowWish, string, string]>([
    [{}, "endsAt", "is missing"],
    [{ name: " ", endsAt: new Date("2026-10-25") }, "name", "is missing"],
    [{ reason: "", endsAt: new Date("2026-10-25") }, "reason", "say why"],
    [{ endsAt: NOW }, "endsAt", "is not after startsAt"],
    [{ startsAt: new Date("2026-10-01"), endsAt: new Date("2026-10-02") }, "endsAt", "is over already"],
    [{ endsAt: new Date("2027-10-25") }, "endsAt", "more than 31 days"],
    [{ endsAt: new Date("2026-10-25"), crontab: "0 2 * * *" }, "crontab", "set one kind"],
    [{ crontab: "0 2 * * *" }, "durationMs", "is missing"],
    [{ crontab: "0 25 * * *", durationMs: HOUR_MS }, "crontab", 'hour "25" is outside 0-23'],
    [{ crontab: "0 2 * * *", timezone: "Mars", durationMs: HOUR_MS }, "timezone", "Mars"],
    [{ crontab: "0 2 * * *", durationMs: 1.5 }, "durationMs", "expected from 60000"],
    [{ crontab: "0 * * * *", durationMs: HOUR_MS }, "durationMs", "would not end before the next begins"],
    [{ endsAt: new Date("2026-10-25"), queues: ["omss"] }, "queues", 'there is no queue "omss"'],
  ])("is refused as %j, and the problem names %s", (more, where, problem) => {
    let refusal: unknown;
    try {
      plan(more);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(RefusedWindow);
    expect((refusal as RefusedWindow).problems).toContainEqual(
      expect.objectContaining({ where, problem: expect.stringContaining(problem) }),
    );
  });
});
