import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertHeartbeat, insertRun, insertSchedule } from "../../test/ledger-rows.ts";

describe("the overview, in parts", () => {
  let api: ApiUnderTest;
  let now: Date;
  const ago = (ms: number) => new Date(now.getTime() - ms);
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());
  beforeEach(async () => {
    now = new Date();
    api.clock.set(now);
    await api.db
      .$executeRaw`TRUNCATE schedule, run, run_log, schedule_change, process_heartbeat, maintenance_window CASCADE`;
  });
  const read = async (path: string) => {
    const answer = await api.ask(`/api/v1/${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json();
  };

  it("sums up what is due, runs, waits, is late and has failed", async () => {
    await Promise.all([insertHeartbeat(api.db, "beat"), insertHeartbeat(api.db, "worker")]);
    // Every ten seconds: the next in five, and sixty within ten minutes.
    const id = await insertSchedule(api.db, "busy", ago(5 * SECOND_MS));
    const paused = await insertSchedule(api.db, "paused", ago(2 * SECOND_MS));
    const off = await insertSchedule(api.db, "off", ago(2 * SECOND_MS));
    await api.db.schedule.update({ where: { id: off }, data: { enabled: false } });
    await api.db.schedule.update({ where: { id: paused }, data: { pausedAt: ago(1_000), pausedReason: "carrier" } });
    await insertRun(api.db, { status: "SCHEDULED", createdAt: ago(1_000) });
    for (const hours of [1, 23, 25]) await insertRun(api.db, { status: "FAILED", createdAt: ago(hours * HOUR_MS) });
    const running = await insertRun(api.db, { status: "SCHEDULED", createdAt: ago(1_000), scheduleId: id });
    await api.db.run.update({ where: { id: running }, data: { status: "PROCESSING" } });

    const summary = await read("overview/summary");
    expect(summary).toMatchObject({
      ready: true,
      counts: { dueNext10Minutes: 60, running: 1, waiting: 1, late: 0, failed24h: 2 },
      schedules: { on: 1, paused: 1, off: 1 },
      next: { schedule: "busy", dueAt: new Date(now.getTime() + 5 * SECOND_MS).toISOString() },
      processes: { beats: 1, workers: 1 },
      sentence: "All well. 1 schedule on, 1 running, 2 failed in 24 h, next in 5 s.",
    });
    api.clock.advance(6 * SECOND_MS);
    expect((await read("overview/summary")).next.dueAt).toBe(new Date(now.getTime() + 15 * SECOND_MS).toISOString());
    await api.send("POST", "/api/v1/schedules/busy/pause", { reason: "test" });
    expect((await read("overview/summary")).schedules).toEqual({ on: 0, paused: 2, off: 1 });
  });

  it("says what keeps work from getting done", async () => {
    const summary = await read("overview/summary");
    expect(summary.ready).toBe(false);
    expect(summary.sentence).toMatch(/^No beat has been heard of/);
    expect(summary.reasons.map(({ code }: { code: string }) => code)).toContain("NO_BEAT");
  });

  it("tells the next hour by schedule, many instants together, with pauses and windows", async () => {
    await insertSchedule(api.db, "busy", ago(0));
    const hourly = await insertSchedule(api.db, "hourly", ago(30 * MINUTE_MS));
    await api.db.schedule.update({
      where: { id: hourly },
      data: { everyMs: BigInt(HOUR_MS), pausedAt: ago(1), pausedUntil: new Date(now.getTime() + HOUR_MS) },
    });
    const daily = await insertSchedule(api.db, "daily", ago(HOUR_MS));
    await api.db.schedule.update({ where: { id: daily }, data: { everyMs: BigInt(DAY_MS) } });
    const window = {
      name: "db move",
      reason: "moves",
      startsAt: ago(MINUTE_MS),
      endsAt: new Date(now.getTime() + HOUR_MS / 2),
    };
    const made = await api.send("POST", "/api/v1/maintenance-windows", { ...window, queues: ["oms"] });
    expect(made.status).toBe(201);

    const next = await read("overview/next?minutes=60");
    expect(next.items.map(({ schedule }: { schedule: string }) => schedule)).toEqual(["busy", "hourly"]);
    const [busy, paused] = next.items;
    expect(busy).toMatchObject({ count: 360, queue: "oms", paused: false });
    expect(busy.ticks.at).toHaveLength(120);
    expect([busy.ticks.at[0], busy.ticks.count[0]]).toEqual([Math.floor(now.getTime() / SECOND_MS) + 10, 3]);
    expect(paused).toMatchObject({
      paused: true,
      pausedUntil: new Date(now.getTime() + HOUR_MS).toISOString(),
      ticks: { at: [Math.floor(now.getTime() / SECOND_MS) + 1_800], count: [1] },
    });
    expect(next.windows).toMatchObject([{ name: "db move", queues: ["oms"], endsAt: window.endsAt.toISOString() }]);
    expect(await read("overview/next?minutes=20&limit=1")).toMatchObject({ items: [{ schedule: "busy" }], more: 0 });
    expect(await read("overview/next?minutes=60&limit=1")).toMatchObject({ more: 1 });
  });

  it("counts what ended in each step, with how late it began", async () => {
    const at = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS);
    for (const lateMs of [0, 1_000, 5_000]) {
      const id = await insertRun(api.db, { status: "FINISHED", createdAt: at, dueAt: at });
      await api.db.run.update({ where: { id }, data: { startedAt: new Date(at.getTime() + lateMs), finishedAt: at } });
    }
    await insertRun(api.db, { status: "FAILED", createdAt: at });
    await insertRun(api.db, { status: "FAILED", createdAt: ago(5 * HOUR_MS) });
    const series = await read("overview/series?hours=4");
    const step = series.at.indexOf(at.getTime() / SECOND_MS);
    expect(series.at).toHaveLength(240);
    expect([series.finished[step], series.failed[step], series.lateP50Ms[step], series.lateP99Ms[step]]).toEqual([
      3,
      1,
      1_000,
      expect.closeTo(4_920, 0),
    ]);
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    expect([sum(series.finished), sum(series.failed), series.lateP50Ms[0]]).toEqual([3, 1, null]);
    expect(sum((await read("overview/series?hours=24")).failed)).toBe(2);
    expect((await read("overview/series?hours=168")).at).toHaveLength(168);
  });

  it("shows the last day of a schedule in cells with the worst of each, and the last runs of one that is due rarely", async () => {
    const often = await insertSchedule(api.db, "often", ago(2 * DAY_MS));
    const rare = await insertSchedule(api.db, "rare", ago(60 * DAY_MS));
    await api.db.schedule.update({ where: { id: rare }, data: { everyMs: BigInt(DAY_MS) } });
    const cellMs = 15 * MINUTE_MS;
    const cellAt = new Date(Math.floor(now.getTime() / cellMs) * cellMs - 4 * cellMs);
    const insert = async (scheduleId: string, dueAt: Date, data: object) => {
      const id = await insertRun(api.db, { status: "FINISHED", createdAt: dueAt, scheduleId, dueAt });
      await api.db.run.update({ where: { id }, data });
      return id;
    };
    const second = (seconds: number) => new Date(cellAt.getTime() + seconds * SECOND_MS);
    await insert(often, second(0), { startedAt: second(1) });
    const failed = await insert(often, second(10), { status: "FAILED", error: "Carrier 503", startedAt: second(17) });
    await insert(often, second(20), { status: "SKIPPED", reason: "overlap" });
    await insert(often, ago(25 * HOUR_MS), { status: "FAILED" });
    for (let day = 0; day < 32; day += 1) await insert(rare, ago(day * DAY_MS), { status: "MISSED", reason: "late" });

    const strips = await read(`schedules/strips?ids=${often},rare,nobody`);
    expect(strips).toMatchObject({ cellMs, cells: 96 });
    const [oftenStrip, rareStrip] = strips.items;
    expect(oftenStrip).toMatchObject({ id: often, key: "often", runs: null });
    const cell = (cellAt.getTime() - new Date(strips.from).getTime()) / cellMs;
    expect(oftenStrip.cells).toEqual([
      { cell, status: "FAILED", runId: failed, runs: 3, failed: 1, reason: "Carrier 503", lateMs: 7_000 },
    ]);
    expect(rareStrip).toMatchObject({ key: "rare", cells: null });
    expect(rareStrip.runs).toHaveLength(30);
    expect(rareStrip.runs.at(-1)).toMatchObject({
      status: "MISSED",
      reason: "late",
      dueAt: now.toISOString(),
      lateMs: null,
    });
    expect((await api.ask("/api/v1/schedules/strips")).status).toBe(400);
  });
});
