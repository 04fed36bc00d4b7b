import { describe, expect, it } from "@jest/globals";

import { explainTrigger, findClockChanges, InvalidSchedule, nextDue, parseCrontab, type Trigger } from "./index.ts";

const AFTER = new Date("2026-09-01T00:00:00Z");

describe("a trigger explained", () => {
  it("says what it means, shows its next five runs in the zone and links to crontab.guru", () => {
    expect(explainTrigger(cron("0,3,*,*,mon-fri", "Europe/Amsterdam"), AFTER)).toEqual({
      expression: "0 3 * * MON-FRI",
      inWords: "at 03:00, Monday through Friday",
      next: ["01", "02", "03", "04", "07"].map((day) => new Date(`2026-09-${day}T01:00:00Z`)),
      warnings: [],
      clockChanges: [],
      crontabGuruUrl: "https://crontab.guru/#0_3_*_*_MON-FRI",
    });
  });

  it("counts an interval from now, and has no page of crontab.guru for it", () => {
    const { next, crontabGuruUrl, clockChanges } = explainTrigger({ kind: "interval", everyMs: 90_000 }, AFTER);
    expect(next.slice(0, 2)).toEqual([new Date("2026-09-01T00:01:30Z"), new Date("2026-09-01T00:03:00Z")]);
    expect([next.length, crontabGuruUrl, clockChanges]).toEqual([5, null, []]);
  });
});

describe("the nights of a clock change", () => {
  it("name both instants of a local time that comes twice, and what runs instead of one that never comes", () => {
    expect(findClockChanges(cron("30 2 * * *", "Europe/Amsterdam"), AFTER)).toEqual([
      {
        kind: "repeated",
        localTime: "2026-10-25T02:30",
        instants: [new Date("2026-10-25T00:30:00Z"), new Date("2026-10-25T01:30:00Z")],
        runsAt: [new Date("2026-10-25T00:30:00Z")],
        inWords:
          "on 25 October 2026 the clock of Europe/Amsterdam shows 02:30 twice, at 2026-10-25T00:30Z and at 2026-10-25T01:30Z: it runs at the first",
      },
      {
        kind: "left out",
        localTime: "2027-03-28T02:30",
        instants: [],
        runsAt: [new Date("2027-03-28T01:00:00Z")],
        inWords:
          "on 28 March 2027 the clock of Europe/Amsterdam goes from 02:00 to 03:00 and never shows 02:30: it runs at 03:00 instead, at 2027-03-28T01:00Z",
      },
    ]);
  });

  it.each(["*/15 * * * *", "30 1-3 * * *", "30 */2 * * *"])("say of %j that it runs at both", (text) => {
    const [change] = findClockChanges(cron(text, "Europe/Amsterdam"), AFTER);
    expect(change).toMatchObject({ kind: "repeated", runsAt: change!.instants });
    expect(change!.inWords).toMatch(/: it runs at both$/);
  });

  it("meet a midnight that never comes, and half an hour that comes twice", () => {
    expect(findClockChanges(cron("15 0 * * *", "Africa/Cairo"), AFTER).map(({ kind }) => kind)).toContain("left out");
    const [lordHowe] = findClockChanges(cron("45 1 * * *", "Australia/Lord_Howe"), new Date("2027-01-01T00:00:00Z"));
    expect(lordHowe).toMatchObject({ kind: "repeated", localTime: "2027-04-04T01:45" });
    expect(lordHowe!.instants[1]!.getTime() - lordHowe!.instants[0]!.getTime()).toBe(30 * 60_000);
  });

  it.each([
    ["0 3 * * MON", "Europe/Amsterdam"],
    ["30 12 * * *", "Europe/Amsterdam"],
    ["30 2 * * *", "Asia/Tokyo"],
    ["0 12 1 1 *", "America/New_York"],
  ])("have nothing to do with %j in %s", (text, zone) => {
    expect(findClockChanges(cron(text, zone), AFTER)).toEqual([]);
  });

  it.each([
    ["30 2 * * *", "Europe/Amsterdam"],
    ["15 0 * * *", "Africa/Cairo"],
    ["*/20 1-2 * * *", "America/New_York"],
    ["45 1 * * *", "Australia/Lord_Howe"],
  ])("are what the clock of beat does with %j in %s", (text, zone) => {
    const trigger = cron(text, zone);
    const changes = findClockChanges(trigger, AFTER);
    expect(changes.length).toBeGreaterThan(0);
    for (const { runsAt, instants } of changes) {
      for (const at of runsAt) expect(nextDue(trigger, new Date(at.getTime() - 1), AFTER)).toEqual(at);
      const notTaken = instants.filter((at) => !runsAt.includes(at));
      for (const at of notTaken) expect(nextDue(trigger, new Date(at.getTime() - 1), AFTER)).not.toEqual(at);
    }
  });
});

describe("the field at fault", () => {
  it.each([
    ["0 25 * * *", { name: "hour", got: "25", expected: "*, 0-23, ranges, steps and lists of these" }],
    ["0 3 * * MNO", { name: "day of week", got: "MNO", expected: expect.stringContaining("0-6 or SUN-SAT") }],
    ["*/90 * * * *", { name: "minute", got: "*/90", expected: expect.stringContaining("0-59") }],
    ["0 0 31 2 *", { name: "day of month", got: "31", expected: "1-29 in month 2" }],
    ["0 0 31 4,6 *", { name: "day of month", got: "31", expected: "1-30 in month 4,6" }],
    ["0 3 * *", null],
  ])("of %j is %j", (text, field) => {
    const refusal = refusalOf(text);
    expect(refusal.field).toEqual(field);
  });
});

function refusalOf(text: string): InvalidSchedule {
  try {
    parseCrontab(text, "crontab");
  } catch (error) {
    if (error instanceof InvalidSchedule) return error;
  }
  throw new Error("nothing was refused");
}

function cron(text: string, timezone: string): Trigger {
  return { kind: "crontab", crontab: parseCrontab(text, "test"), timezone };
}
