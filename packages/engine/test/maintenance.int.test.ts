import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "@drumline/core/clock";
import type { TaskDefinition } from "@drumline/core/task";
import { redisIsThere, untilTrue } from "@drumline/testing";

import {
  closeWindow,
  createWindow,
  endWindow,
  loadLateOccurrences,
  loadPastPeriods,
  loadWindow,
  loadWindowChanges,
  runSchedule,
  startRuns,
  updateWindow,
  type WindowPatch,
} from "../src/index.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

const inMs = (ms: number) => new Date(Date.now() + ms);

describe.each(KINDS)("a maintenance window on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(async () => {
    await engine.stopAll();
    await engine.db.maintenanceChange.deleteMany();
    await engine.db.maintenancePeriod.deleteMany();
    await engine.db.maintenanceWindow.deleteMany();
    await engine.db.run.deleteMany();
    await engine.db.schedule.deleteMany();
  });
  afterAll(() => engine.close());

  const context = () => ({ db: engine.db, clock: systemClock, who: "Ada" });
  const open = (patch: WindowPatch = {}) =>
    createWindow(context(), { name: "upgrade", reason: "PostgreSQL 18", endsAt: inMs(60_000), ...patch });
  const end = (id: string) => endWindow(context(), id, { why: "done early" });
  const start = async (definition: TaskDefinition, n = 0) => {
    const [answer] = await startRuns({ ...engine, deduplicate: false }, [{ definition, args: { n } }]);
    return answer!.runId;
  };
  const runOf = (id: string) => engine.db.run.findUniqueOrThrow({ where: { id } });
  const untilWaits = (id: string) =>
    untilTrue(async () => (await runOf(id)).reasonCode === "MAINTENANCE", { what: "the run says that it waits" });
  const untilFinished = (id: string) =>
    untilTrue(async () => (await runOf(id)).status === "FINISHED", { what: "the run has finished" });

  it("keeps runs by hand SCHEDULED with the reason, and lets them go when it is ended early", async () => {
    const task = engine.task(async () => ({}));
    await Promise.all([engine.beat([]), engine.beat([]), engine.worker(), engine.worker()]);
    const { id } = await open();
    const runId = await start(task);
    await untilWaits(runId);
    const held = await runOf(runId);
    expect(held).toMatchObject({ status: "SCHEDULED", attempt: 0, startedAt: null });
    expect(held.reason).toMatch(/^waits for the end of the maintenance window "upgrade" at \d{4}-.*Z: PostgreSQL 18$/);
    await end(id);
    await untilFinished(runId);
    expect(await runOf(runId)).toMatchObject({ attempt: 1, reason: null, reasonCode: null });
  });

  it("lets runs go by itself at its end", async () => {
    const task = engine.task(async () => ({}));
    await Promise.all([engine.beat([]), engine.worker()]);
    const { timing } = await open({ endsAt: inMs(1_500) });
    const runId = await start(task);
    await untilFinished(runId);
    const { startedAt } = await runOf(runId);
    expect(timing.kind === "once" && startedAt! >= timing.endsAt).toBe(true);
  });

  it("lets what runs already finish", async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => void (goOn = resolve));
    const task = engine.task(async () => (await gate, { done: 1 }));
    await Promise.all([engine.beat([]), engine.worker()]);
    const runId = await start(task);
    await untilTrue(async () => (await runOf(runId)).status === "PROCESSING", { what: "it runs" });
    await open();
    goOn();
    await untilFinished(runId);
  });

  it("holds the runs of its queues or schedules only", async () => {
    const [held, free, ofSchedule] = [0, 1, 2].map(() => engine.task(async () => ({})));
    const other = engine.task(async () => ({}), { queue: "shop" });
    const desired = engine.schedule(ofSchedule!, 3_600);
    const worker = () => engine.worker({ queues: ["oms", "shop"] });
    await Promise.all([engine.beat([desired]), worker()]);
    const { id } = await open({ queues: ["shop"], schedules: [desired.key] });
    const shopRun = await start(other);
    const run = { dryRun: false, who: "Ada" };
    const ofScheduleRun = await runSchedule({ ...engine, deduplicate: true, tasks: [ofSchedule!] }, desired.key, run);
    await untilFinished(await start(free!));
    await Promise.all([untilWaits(shopRun), untilWaits(ofScheduleRun.runId)]);
    await updateWindow(context(), id, { queues: [], schedules: [desired.key] }, { why: "shop is done", version: 1 });
    await untilFinished(shopRun);
    expect((await runOf(ofScheduleRun.runId)).status).toBe("SCHEDULED");
    await untilFinished(await start(held!));
    await end(id);
    await untilFinished(ofScheduleRun.runId);
  });

  it("ends without a flood: of a schedule one run has waited, the others were skipped with the reason", async () => {
    const task = engine.task(async () => ({}));
    const { id } = await open();
    await Promise.all([engine.beat([engine.schedule(task, 1)]), engine.worker()]);
    await untilTrue(async () => (await engine.runs(task)).length >= 3, { what: "three occurrences are decided" });
    const during = await engine.runs(task);
    expect(during.filter(({ status }) => status === "SCHEDULED")).toHaveLength(1);
    expect(during.slice(1).every(({ status }) => status === "SKIPPED")).toBe(true);
    await end(id);
    await untilFinished(during[0]!.id);
  });

  it("outlives beat, workers and a queue that is lost, and goes on in the order of priority", async () => {
    const order: number[] = [];
    const task = engine.task(async ({ args }) => (order.push(args.n!), {}));
    const { id } = await open();
    await Promise.all([engine.beat([]), engine.worker()]);
    const runs = [];
    for (const [n, priority] of [9, 1, 5].entries()) {
      const [answer] = await startRuns({ ...engine, deduplicate: false }, [
        { definition: task, args: { n }, policies: { priority } },
      ]);
      runs.push(answer!.runId);
    }
    await Promise.all(runs.map(untilWaits));
    await engine.stopAll();
    await engine.backend.queue("oms").obliterate({ force: true });
    await Promise.all([engine.beat([]), engine.worker({ concurrency: 1 })]);
    const later = await start(task, 3);
    await untilWaits(later);
    expect(order).toEqual([]);
    await end(id);
    await Promise.all([...runs, later].map(untilFinished));
    expect(order).toEqual([3, 1, 2, 0]);
  });

  it("says on runs why they wait also where no worker lives", async () => {
    const task = engine.task(async () => ({}));
    await open();
    await engine.beat([]);
    await untilWaits(await start(task));
  });

  it("is nothing to be alarmed of, and afterwards a run counts as late anew", async () => {
    const task = engine.task(async () => ({}));
    const { id } = await open();
    await engine.beat([engine.schedule(task, 1, { graceMs: 60_000 })]);
    await untilTrue(async () => (await engine.runs(task))[0]?.reason_code === "MAINTENANCE", { what: "its run waits" });
    const [run] = await engine.runs(task);
    const inTwoHours = inMs(2 * 3_600_000);
    const lateRuns = async () =>
      (await loadLateOccurrences(engine.db, inTwoHours)).filter(({ because }) => because.includes("for a worker"));
    expect(await lateRuns()).toEqual([]);
    await end(id);
    await untilTrue(async () => (await runOf(run!.id)).reasonCode === null, { what: "it was let go" });
    expect((await runOf(run!.id)).resumedAt).not.toBeNull();
    expect(await lateRuns()).toHaveLength(1);
  });

  it("recurs, is written ahead, and has a history of who did what and why", async () => {
    const window = await createWindow(context(), {
      name: "nightly",
      reason: "back-up",
      crontab: "30 2 * * *",
      timezone: "Europe/Amsterdam",
      durationMs: 3_600_000,
    });
    expect(window.nextStarts).toHaveLength(3);
    expect(await engine.db.maintenancePeriod.count({ where: { windowId: window.id } })).toBe(50);
    await engine.db.maintenancePeriod.deleteMany({ where: { startsAt: { gt: window.nextStarts[1]! } } });
    await Promise.all([engine.beat([]), engine.beat([])]);
    await untilTrue(async () => (await engine.db.maintenancePeriod.count()) === 52, { what: "beat wrote more ahead" });
    await engine.stopAll();
    const [first] = await engine.db.maintenancePeriod.findMany({ orderBy: { startsAt: "asc" }, take: 1 });
    await engine.db.maintenancePeriod.update({
      where: { id: first!.id },
      data: { startsAt: inMs(-60_000), endsAt: inMs(60_000) },
    });
    await end(window.id);
    expect(await loadPastPeriods(engine.db, window.id, null, 10)).toEqual([
      expect.objectContaining({ name: "nightly", endedBy: "Ada", endedReason: "done early" }),
    ]);
    await closeWindow(context(), window.id, { why: "no more back-ups", version: 2 });
    expect(await loadWindow(engine.db, window.id)).toMatchObject({ nextStarts: [], inForceUntil: null, version: 3 });
    const changes = await loadWindowChanges(engine.db, window.id, 10);
    expect(changes.map(({ action, by, why }) => [action, by, why])).toEqual([
      ["CLOSE", "Ada", "no more back-ups"],
      ["END", "Ada", "done early"],
      ["CREATE", "Ada", "back-up"],
    ]);
    await expect(end(window.id)).rejects.toThrow(/was closed at/);
  });
});
