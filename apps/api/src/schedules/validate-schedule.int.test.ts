import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { nightly, type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

describe("POST /api/v1/schedules/validate", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => void (api = await schedulesUnderTest()));
  afterAll(() => api.close());

  const validate = async (body: object) => {
    const answer = await api.send("POST", "/api/v1/schedules/validate", body);
    expect(answer.status).toBe(200);
    return answer.json();
  };

  it("says what an expression means, its next five runs in the zone, and both instants of a clock change", async () => {
    const { valid, errors, explanation } = await validate({ crontab: "30,2,*,*,*", timezone: "Europe/Amsterdam" });
    expect([valid, errors]).toEqual([true, []]);
    expect(explanation).toMatchObject({
      expression: "30 2 * * *",
      inWords: "at 02:30",
      warnings: [],
      crontabGuruUrl: "https://crontab.guru/#30_2_*_*_*",
    });
    expect(explanation.next).toHaveLength(5);
    const kinds = explanation.clockChanges.map(({ kind, instants, runsAt }: never) => [kind, instants, runsAt]);
    expect(kinds).toHaveLength(2);
    for (const [kind, instants, runsAt] of kinds)
      expect([instants.length, runsAt.length]).toEqual(kind === "repeated" ? [2, 1] : [0, 1]);
  });

  it.each([
    [{ crontab: "0 25 * * *" }, "body.crontab", { name: "hour", got: "25" }],
    [{ crontab: "0 0 31 2 *" }, "body.crontab", { name: "day of month", got: "31", expected: "1-29 in month 2" }],
    [{ crontab: "\u{1f600} * * * *" }, "body.crontab", { name: "minute" }],
    [{ crontab: "0 3 * *" }, "body.crontab", undefined],
    [{ crontab: "0 3 * * *", timezone: "Europe/Amsterdm" }, "body.timezone", undefined],
    [{ crontab: "0 3 * * *", everySeconds: 60 }, "body.crontab", undefined],
    [{ everySeconds: 0 }, "body.everySeconds", undefined],
    [{}, "body.crontab", undefined],
  ])("names the field at fault of %j, as saving it does", async (body, where, field) => {
    const { valid, errors, explanation } = await validate(body);
    expect([valid, explanation, errors.length]).toEqual([false, null, 1]);
    expect(errors[0].where).toBe(where);
    if (field === undefined) expect(errors[0].field).toBeUndefined();
    else expect(errors[0].field).toMatchObject(field);
    const { crontab: _crontab, ...rest } = nightly("never-saved");
    const saved = await api.send("POST", "/api/v1/schedules", { ...rest, ...body });
    expect([saved.status, saved.json().errors]).toEqual([422, errors]);
  });

  it("says what a change of a schedule adds and takes away in the coming day, and what is left out is its own", async () => {
    await api.create("compared", { crontab: "0 3 * * *", timezone: "Europe/Amsterdam" });
    const { comparison, explanation } = await validate({ schedule: "compared", crontab: "0 3,4 * * *" });
    expect(comparison).toMatchObject({ kept: 1, added: 1, removed: 0 });
    expect(comparison.cells).toHaveLength(96);
    expect(explanation.inWords).toMatch(/Amsterdam|03:00/);
    const same = await validate({ schedule: "compared" });
    expect(same.comparison).toMatchObject({ kept: 1, added: 0, removed: 0 });
    expect((await validate({ crontab: "0 3 * * *" })).comparison).toBeNull();
    expect((await api.send("POST", "/api/v1/schedules/validate", { schedule: "nobody" })).status).toBe(404);
  });

  it("says which other schedules of the task fall due at the same instants, and leaves those out that are off", async () => {
    await api.create("at-three", { crontab: "0 3 * * *", timezone: "UTC" });
    await api.create("switched-off", { crontab: "0 3 * * *", timezone: "UTC" });
    expect((await api.send("POST", "/api/v1/schedules/switched-off/disable", {})).status).toBe(200);
    const wish = { crontab: "0 3,15 * * *", timezone: "UTC", task: "RefundUpdates" };
    const { sameInstants } = (await validate(wish)).overlaps;
    expect(sameInstants).toContainEqual({ key: "at-three", name: "at-three", count: 1 });
    expect(JSON.stringify(sameInstants)).not.toContain("switched-off");
    expect((await validate({ ...wish, crontab: "7 * * * *" })).overlaps.sameInstants).toEqual([]);
    // Not with itself.
    expect(JSON.stringify((await validate({ schedule: "at-three" })).overlaps.sameInstants)).not.toContain("at-three");
    expect((await validate({ everySeconds: 60 })).overlaps).toBeNull();
  });

  it("says that runs take longer than the time between two of them, once there were enough to say so", async () => {
    const { id } = await api.create("slow", { crontab: "0 5 * * *" });
    const tookMs = [...Array.from({ length: 18 }, () => 30_000), 400_000, 900_000];
    const insert = async (durations: readonly number[], more: object) => {
      for (const ms of durations)
        await api.db.run.create({
          data: {
            id: randomUUID(),
            task: "RefundUpdates",
            queue: "ecomnow",
            origin: "SCHEDULE",
            status: "FINISHED",
            timeoutMs: 60_000n,
            scheduleId: id,
            startedAt: new Date(api.clock.now().getTime() - ms),
            finishedAt: api.clock.now(),
            ...more,
          },
        });
    };
    await insert(tookMs.slice(0, 4), {});
    expect((await validate({ schedule: "slow", everySeconds: 10 })).overlaps).toMatchObject({
      runs: 4,
      tookP95Ms: null,
      isTooShort: false,
    });
    await insert(tookMs.slice(4), {});
    await insert([9_000_000], { status: "FAILED" });
    expect((await validate({ schedule: "slow", everySeconds: 300 })).overlaps).toMatchObject({
      runs: 20,
      tookP95Ms: 400_000,
      shortestGapMs: 300_000,
      isTooShort: true,
    });
    expect((await validate({ schedule: "slow", everySeconds: 600 })).overlaps).toMatchObject({ isTooShort: false });
    // The two that are next to each other count, not the day between.
    const uneven = { task: "RefundUpdates", crontab: "0,5 3 * * *" };
    expect((await validate(uneven)).overlaps).toMatchObject({ shortestGapMs: 300_000, isTooShort: true });
  });

  it("saves nothing, and has no use for an Idempotency-Key", async () => {
    const before = await api.db.schedule.count();
    await validate({ everySeconds: "60*5" });
    expect(await api.db.schedule.count()).toBe(before);
    expect((await api.ask("/api/v1/schedules/validate")).status).toBe(404);
  });

  it("tells the same of a schedule that is saved", async () => {
    const created = await api.create("explained", { crontab: "30 2 * * *", timezone: "Europe/Amsterdam" });
    const { explanation } = await validate({ crontab: "30 2 * * *", timezone: "Europe/Amsterdam" });
    expect(created).toMatchObject(explanation);
  });
});
