import { randomUUID } from "node:crypto";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { type Log, silentLog } from "@drumline/core/log";
import { BEAT_QUEUE } from "@drumline/core/queue";
import type { TaskDefinition } from "@drumline/core/task";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

const OLD = 1;
const NEW = 2;

describe.each(KINDS)("releases side by side on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(async () => {
    await engine.stopAll();
    await engine.db.run.deleteMany();
    await engine.db.schedule.deleteMany();
  });
  afterAll(() => engine.close());

  const aTask = () => engine.task(async () => ({ done: 1 }));
  /** What a beat of a release knows of the catalogue. */
  const release = (catalogueVersion: number, known: readonly TaskDefinition[]) => ({
    catalogueVersion,
    findTask: (name: string) => known.find((task) => task.name === name),
  });
  const row = (task: TaskDefinition) => engine.db.schedule.findFirstOrThrow({ where: { task: task.name } });
  const registered = async () => (await engine.backend.queue(BEAT_QUEUE).getJobSchedulers()).map(({ key }) => key);
  const start = async (task: TaskDefinition, count = 1) => {
    const requests = Array.from({ length: count }, () => ({ definition: task, args: {} }));
    await startRuns({ ...engine, deduplicate: false }, requests);
  };
  const finished = async (task: TaskDefinition) =>
    (await engine.runs(task)).filter(({ status }) => status === "FINISHED");
  const writtenLog = () => {
    const lines: { fields: Record<string, unknown>; message: string }[] = [];
    const write = (fields: object, message: string) => void lines.push({ fields: { ...fields }, message });
    return { lines, log: { ...silentLog, warn: write } satisfies Log };
  };

  it("lets no old beat advance, dispatch, unregister or disable what a newer one wrote, and goes on with the newer one", async () => {
    const [old, fresh] = [aTask(), aTask()];
    const desired = [engine.schedule(old, 1), engine.schedule(fresh, 1, { missed: "skip" })];
    await engine.worker();
    const newer = await engine.beat(desired, release(NEW, [old, fresh]));
    await untilTrue(async () => (await finished(fresh)).length > 0, { what: "the new task has run" });
    await newer.stop();

    const older = await engine.beat([desired[0]!], release(OLD, [old]));
    await untilTrue(async () => (await row(fresh)).disabledReason !== null, {
      what: "the old beat says what it lacks",
    });
    const [before, ofOld] = [await engine.runs(fresh), (await finished(old)).length];
    await untilTrue(async () => (await finished(old)).length >= ofOld + 5, {
      what: "the old beat has ticked and swept",
    });
    expect(await engine.runs(fresh)).toEqual(before);
    expect(await row(fresh)).toMatchObject({ enabled: true, catalogueVersion: NEW });
    expect(await registered()).toContain(`key-${fresh.name}`);
    expect(await engine.db.run.count({ where: { queue: "unknown" } })).toBe(0);

    await engine.beat(desired, release(NEW, [old, fresh]));
    const wasBefore = before.filter(({ status }) => status === "FINISHED").length;
    await untilTrue(async () => (await finished(fresh)).length > wasBefore + 1, { what: "the new task goes on" });
    await untilTrue(async () => (await row(fresh)).disabledReason === null, { what: "the row says nothing any more" });
    await older.stop();
    const dues = (await engine.runs(fresh)).map(({ due_at }) => due_at!.getTime());
    expect(new Set(dues).size).toBe(dues.length);
  });

  it("lets an old beat that is started again change nothing while a newer one lives, and take over when it is gone", async () => {
    const [shared, gone] = [aTask(), aTask()];
    const newer = await engine.beat([engine.schedule(shared, 3_600)], release(NEW, [shared]));
    const older = await engine.beat(
      [engine.schedule(shared, 60), engine.schedule(gone, 3_600)],
      release(OLD, [shared, gone]),
    );
    expect(older.changes).toEqual({ added: [], changed: [], removed: [], unchanged: [] });
    expect(await row(shared)).toMatchObject({ everyMs: 3_600_000n, catalogueVersion: NEW });
    expect(await engine.db.schedule.count()).toBe(1);

    await newer.stop();
    await untilTrue(async () => (await engine.db.schedule.count()) === 2, { what: "the old beat's entries are back" });
    expect(await row(shared)).toMatchObject({ everyMs: 60_000n, catalogueVersion: OLD });
  });

  it("disables what a newer catalogue has removed, and no old beat switches it on again while that one lives", async () => {
    const removed = aTask();
    const desired = [engine.schedule(removed, 3_600)];
    const older = await engine.beat(desired, release(OLD, [removed]));
    await engine.beat([], release(NEW, []));
    expect(await row(removed)).toMatchObject({ enabled: false, catalogueVersion: NEW });
    await older.stop();
    await engine.beat(desired, release(OLD, [removed]));
    expect(await row(removed)).toMatchObject({
      enabled: false,
      disabledReason: "its entry is no longer in the catalogue",
    });
    await untilTrue(async () => (await registered()).length === 0, { what: "its repeatable job is withdrawn" });
  });

  it("keeps a schedule of the newer release over a roll-back, and its own entries follow the older one", async () => {
    const [both, fresh] = [aTask(), aTask()];
    const newer = await engine.beat(
      [engine.schedule(both, 3_600), engine.schedule(fresh, 3_600)],
      release(NEW, [both, fresh]),
    );
    await newer.stop();
    const older = await engine.beat([engine.schedule(both, 1_800)], release(OLD, [both]));
    expect(older.changes).toMatchObject({ changed: [{ after: { key: `key-${both.name}` } }], removed: [] });
    expect(await row(fresh)).toMatchObject({ enabled: true, catalogueVersion: NEW });
    expect((await registered()).sort()).toEqual([`key-${both.name}`, `key-${fresh.name}`].sort());
  });

  it("never leaves a row of an unknown task silent: the row and the log say why, and it runs once the task is known", async () => {
    const later = aTask();
    const known: TaskDefinition[] = [];
    await engine.db.schedule.create({
      data: {
        id: randomUUID(),
        key: "by-sql",
        source: "API",
        task: later.name,
        triggerKind: "INTERVAL",
        everyMs: 1_000n,
        timeoutMs: 60_000n,
        anchorAt: new Date(),
        contentHash: "by hand",
      },
    });
    const { lines, log } = writtenLog();
    await engine.worker();
    await engine.beat([], { ...release(NEW, known), log });
    expect(await row(later)).toMatchObject({
      enabled: true,
      disabledReason: expect.stringContaining(`no living beat knows its task ${later.name}`),
    });
    expect(lines).toContainEqual({
      fields: { schedule: "by-sql", task: later.name, code: "UNKNOWN_TASK" },
      message: "schedule does not run: no living beat knows its task",
    });
    const anchorMs = (await row(later)).anchorAt.getTime();
    await untilTrue(() => Date.now() > anchorMs + 5_000, { what: "the sweep would have caught up" });
    expect(await engine.runs(later)).toEqual([]);

    known.push(later);
    await untilTrue(async () => (await finished(later)).length > 0, { what: "its schedule goes on" });
    await untilTrue(async () => (await row(later)).disabledReason === null, { what: "the row says nothing any more" });
  });

  it("has a worker hand back runs of a task that only a newer one has, and no try is used up", async () => {
    const [old, fresh] = [aTask(), aTask()];
    const { lines, log } = writtenLog();
    await engine.worker({ tasks: [{ definition: old, run: async () => ({}) }], log });
    await engine.worker({ tasks: [{ definition: fresh, run: async () => ({}) }] });
    await start(fresh, 20);
    await untilTrue(async () => (await finished(fresh)).length === 20, { what: "all have run", timeoutMs: 30_000 });
    expect((await engine.runs(fresh)).every(({ attempt, error }) => attempt === 1 && error === null)).toBe(true);
    expect(lines.some(({ fields }) => fields["task"] === fresh.name)).toBe(true);
  });

  it("says of a run that no living worker has its task, and goes on by itself when one comes", async () => {
    const fresh = aTask();
    await engine.worker({ tasks: [] });
    await start(fresh);
    await untilTrue(async () => (await engine.runs(fresh))[0]!.reason_code === "NO_WORKER", {
      what: "the row says so",
    });
    expect((await engine.runs(fresh))[0]).toMatchObject({ status: "SCHEDULED", attempt: 0 });
    await engine.beat([]);
    await engine.worker();
    await untilTrue(async () => (await finished(fresh)).length === 1, { what: "the run has ended" });
    expect((await engine.runs(fresh))[0]).toMatchObject({ reason_code: null, attempt: 1 });
  });

  it("says so of a run on a queue that nobody reads, and a worker that comes takes it from there", async () => {
    const task = aTask();
    const { lines, log } = writtenLog();
    await start(task);
    const beat = await engine.beat([], { log });
    await untilTrue(async () => (await engine.runs(task))[0]!.reason_code === "NO_WORKER", { what: "the row says so" });
    expect(lines).toContainEqual({
      fields: { task: task.name, code: "NO_WORKER" },
      message: "runs wait: no living worker has their task",
    });
    await beat.stop();
    await engine.worker();
    await untilTrue(async () => (await finished(task)).length === 1, { what: "the run has ended" });
    expect((await engine.runs(task))[0]).toMatchObject({ reason_code: null, attempt: 1, dispatch_no: 1 });
  });
});
