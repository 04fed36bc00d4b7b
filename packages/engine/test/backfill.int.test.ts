import { randomUUID } from "node:crypto";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { systemClock } from "@drumline/core/clock";
import type { TaskDefinition } from "@drumline/core/task";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { backfillSchedule, RefusedSchedule } from "../src/index.ts";
import { advanceSchedules } from "../src/tick/advance-schedules.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

const HOUR_MS = 3_600_000;

describe.each(KINDS)("backfilling a schedule on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  let task: TaskDefinition;
  let clocks: { at: number; atOnce: number }[];
  let key: string;
  let scheduleId: string;
  const now = new Date();
  /** The anchor of an hourly schedule that beat has followed until an hour ago. */
  const anchor = new Date(now.getTime() - 10 * HOUR_MS);
  const due = (hour: number) => new Date(anchor.getTime() + hour * HOUR_MS);

  beforeAll(async () => void (engine = (await openEngine(kind))!));
  beforeEach(async () => {
    clocks = [];
    let atWork = 0;
    task = engine.task(async ({ clock }) => {
      atWork += 1;
      clocks.push({ at: clock.now().getTime(), atOnce: atWork });
      await new Promise((resolve) => setImmediate(resolve));
      atWork -= 1;
      return {};
    });
    await (await engine.beat([engine.schedule(task, 3_600)])).stop();
    key = `key-${task.name}`;
    await engine.db.schedule.update({ where: { key }, data: { anchorAt: anchor, lastDueAt: due(9) } });
    scheduleId = (await engine.db.schedule.findUniqueOrThrow({ where: { key } })).id;
  });
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const backfill = (wish: Partial<Parameters<typeof backfillSchedule>[2]> = {}) =>
    backfillSchedule({ db: engine.db, backend: engine.backend, tasks: [task], now }, key, {
      from: anchor,
      to: now,
      max: 100,
      dryRun: false,
      who: "Ada",
      ...wish,
    });
  const insertRun = (hour: number, status: "FINISHED" | "MISSED" | "SKIPPED" | "FAILED" | "PROCESSING") =>
    engine.db.run.create({
      data: {
        id: randomUUID(),
        scheduleId,
        task: task.name,
        queue: task.queue,
        origin: "SCHEDULE",
        status,
        dueAt: due(hour),
        timeoutMs: 1_000n,
        leaseUntil: status === "PROCESSING" ? new Date(Date.now() + HOUR_MS) : null,
      },
    });
  const backfilled = () =>
    engine.db.run.findMany({ where: { scheduleId, origin: "BACKFILL" }, orderBy: { clockAt: "asc" } });

  it("runs each occurrence that never ended well, one after another, each with its clock at that instant", async () => {
    await insertRun(1, "FINISHED");
    for (const [hour, status] of [
      [2, "MISSED"],
      [3, "SKIPPED"],
      [4, "FAILED"],
    ] as const)
      await insertRun(hour, status);
    const before = await engine.db.schedule.findUniqueOrThrow({ where: { key } });
    const done = await backfill();
    expect(done).toMatchObject({ finished: 1, open: 0, nextFrom: null, until: due(9) });
    expect(done.runs.map(({ dueAt }) => dueAt)).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map(due));
    await engine.worker();
    await untilTrue(async () => (await backfilled()).every(({ status }) => status === "FINISHED"), {
      what: "all have run",
    });
    expect(clocks.map(({ at }) => Math.round((at - anchor.getTime()) / HOUR_MS))).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(clocks.every(({ atOnce }) => atOnce === 1)).toBe(true);
    expect((await backfilled())[0]).toMatchObject({ requestedBy: "Ada", dueAt: null, clockAt: due(2) });
    // What was missed still says so, and the schedule's clock stands where it stood.
    expect(await engine.db.run.count({ where: { scheduleId, status: "MISSED", dueAt: due(2) } })).toBe(1);
    expect(await engine.db.schedule.findUniqueOrThrow({ where: { key } })).toEqual(before);
  });

  it("adds nothing that is there when it is asked again, also by two at once, and makes good what failed", async () => {
    await Promise.all([backfill(), backfill()]);
    expect((await backfilled()).map(({ clockAt }) => clockAt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(due));
    expect(await backfill()).toMatchObject({ runs: [], open: 9 });
    const [first] = await backfilled();
    await engine.db.run.update({ where: { id: first!.id }, data: { status: "FAILED" } });
    expect((await backfill()).runs.map(({ dueAt }) => dueAt)).toEqual([due(1)]);
  });

  it("says in a dry run what it would do, and does nothing", async () => {
    await insertRun(1, "PROCESSING");
    const done = await backfill({ dryRun: true, max: 3 });
    expect(done).toMatchObject({ open: 1, nextFrom: due(5) });
    expect(done.runs).toEqual([2, 3, 4].map((hour) => ({ dueAt: due(hour), runId: null })));
    expect(await backfilled()).toEqual([]);
  });

  it("goes on where the bound stopped it, and takes both ends of the range", async () => {
    const first = await backfill({ from: due(2), to: due(5), max: 2 });
    expect(first.runs.map(({ dueAt }) => dueAt)).toEqual([due(2), due(3)]);
    const second = await backfill({ from: first.nextFrom!, to: due(5), max: 2 });
    expect(second.runs.map(({ dueAt }) => dueAt)).toEqual([due(4), due(5)]);
    expect(second.nextFrom).toBeNull();
  });

  it("starts all at once where runs may overlap, and leaves what beat has not decided to beat", async () => {
    await engine.db.schedule.update({ where: { key }, data: { overlap: "allow", lastDueAt: due(3) } });
    const done = await backfill();
    expect(done).toMatchObject({ until: due(3), nextFrom: null });
    expect((await backfilled()).map(({ held }) => held)).toEqual([false, false, false]);
    // Nobody decides for a schedule that is off.
    await engine.db.schedule.update({ where: { key }, data: { enabled: false } });
    expect((await backfill({ dryRun: true })).runs).toHaveLength(7);
  });

  it("does not keep the schedule's own occurrences from running while others wait", async () => {
    await backfill();
    await engine.db.run.updateMany({ where: { scheduleId, held: false }, data: { status: "FINISHED" } });
    await engine.db.schedule.update({ where: { key }, data: { lastDueAt: due(9), graceMs: 2n * 3_600_000n } });
    // No beat runs here: its first repair would release the next waiting run, which may then be at work in due(10).
    await advanceSchedules({ ...engine, clock: systemClock, findTask: () => task, deduplicate: true }, [scheduleId]);
    expect(await engine.db.run.findMany({ where: { scheduleId, dueAt: due(10) } })).toMatchObject([
      { status: "SCHEDULED", origin: "SCHEDULE" },
    ]);
  });

  it("refuses a range that is none, one in the future, and a task that no worker can run", async () => {
    await expect(backfill({ from: now, to: anchor })).rejects.toThrow(RefusedSchedule);
    await expect(backfill({ to: new Date(now.getTime() + 1) })).rejects.toThrow(/future/);
    const context = { db: engine.db, backend: engine.backend, tasks: [], now };
    const wish = { from: anchor, to: now, max: 1, dryRun: false, who: "Ada" };
    await expect(backfillSchedule(context, key, wish)).rejects.toThrow(/not implemented/);
    await expect(backfillSchedule(context, "no-such", wish)).rejects.toThrow(/no schedule/);
  });

  it("says that runs before the ledger's first row count as not run", async () => {
    await engine.db.schedule.update({ where: { key }, data: { createdAt: new Date("2020-01-01T00:00:00Z") } });
    await insertRun(9, "FINISHED");
    const start = (await engine.db.run.aggregate({ _min: { createdAt: true } }))._min.createdAt;
    expect((await backfill({ dryRun: true })).ledgerSince).toEqual(start);
  });
});
