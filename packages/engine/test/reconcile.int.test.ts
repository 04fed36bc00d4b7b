import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { BEAT_QUEUE, toTickJobId } from "@drumline/core/queue";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

describe.each(KINDS)("reconcile on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const registered = async () =>
    (await engine.backend.queue(BEAT_QUEUE).getJobSchedulers()).map(({ key, pattern, tz }) => ({ key, pattern, tz }));

  it("registers enabled schedules as repeatable jobs that a person can read in Redis", async () => {
    const task = engine.task(async () => ({}));
    const off = engine.task(async () => ({}));
    await (await engine.beat([engine.schedule(task, 3_600), engine.schedule(off, 60, { enabled: false })])).stop();
    expect(await registered()).toEqual([{ key: `key-${task.name}`, pattern: "every 3600s", tz: undefined }]);
  });

  it("changes nothing on a restart with the same schedules, and keeps a tick that is already due", async () => {
    const task = engine.task(async () => ({}));
    const desired = [engine.schedule(task, 2)];
    const first = await engine.beat(desired);
    await first.stop();
    await untilTrue(
      async () => (await engine.backend.queue(BEAT_QUEUE).getJobSchedulers())[0]!.next! < Date.now() - 100,
      { what: "a tick is due while no beat runs" },
    );
    const again = await engine.beat(desired);
    expect(again.changes).toMatchObject({ added: [], changed: [], removed: [] });
    await untilTrue(async () => (await engine.runs(task)).length > 0, { what: "the due tick has become a run" });
    const anchorMs = (await engine.db.schedule.findFirstOrThrow({ where: { task: task.name } })).anchorAt.getTime();
    expect((await engine.runs(task))[0]!.due_at!.getTime()).toBe(anchorMs + 2_000);
  });

  it("takes over a changed interval, waits one of it, and drops the old tick", async () => {
    const task = engine.task(async () => ({}));
    await (await engine.beat([engine.schedule(task, 3_600)])).stop();
    const startedAt = Date.now();
    const beat = await engine.beat([engine.schedule(task, 1)]);
    expect(beat.changes.changed).toMatchObject([{ restartsClock: true }]);
    await untilTrue(async () => (await engine.runs(task)).length > 0, { what: "the new interval is due" });
    expect((await engine.runs(task))[0]!.due_at!.getTime()).toBeGreaterThanOrEqual(startedAt + 1_000);
    expect(await registered()).toEqual([{ key: `key-${task.name}`, pattern: "every 1s", tz: undefined }]);
  });

  it("disables what is no longer desired, withdraws its tick, and keeps its history", async () => {
    const task = engine.task(async () => ({}));
    const beat = await engine.beat([engine.schedule(task, 1)]);
    await untilTrue(async () => (await engine.runs(task)).length > 0, { what: "it has run once" });
    await beat.stop();
    await engine.beat([]);
    const ran = (await engine.runs(task)).length;
    expect(await registered()).toEqual([]);
    expect(await engine.db.schedule.findFirst({ where: { task: task.name } })).toMatchObject({
      enabled: false,
      disabledReason: "its entry is no longer in the catalogue",
    });
    expect(await engine.backend.queue(BEAT_QUEUE).getDelayed()).toEqual([]);
    expect(await engine.runs(task)).toHaveLength(ran);
  });

  it("does not move an anchored interval when beats start together", async () => {
    const task = engine.task(async () => ({}));
    const desired = [engine.schedule(task, 3_600)];
    await Promise.all(Array.from({ length: 4 }, () => engine.beat(desired)));
    expect(await engine.db.schedule.count({ where: { task: task.name } })).toBe(1);
    expect(await registered()).toHaveLength(1);
  });

  it("is held up by no schedule whose tick is being worked on, and takes that one in as soon as it can", async () => {
    const [busy, other] = [engine.task(async () => ({})), engine.task(async () => ({}))];
    const beat = await engine.beat([engine.schedule(busy, 3_600)]);
    await beat.stop();
    const queue = engine.backend.queue(BEAT_QUEUE);
    // Its first tick stands in the way: a job scheduler that is gone leaves one behind that waits.
    const { key, next } = (await queue.getJobSchedulers())[0]!;
    const tick = (await queue.getJob(toTickJobId(key, next!)))!;
    await tick.promote();
    await queue.removeJobScheduler(key);
    await queue.pause();
    await engine.beat([engine.schedule(busy, 3_600), engine.schedule(other, 3_600)]);
    expect((await registered()).map((scheduler) => scheduler.key)).toEqual([`key-${other.name}`]);
    await queue.resume();
    await untilTrue(async () => (await queue.getJobState(tick.id!)) === "completed", { what: "the old tick is done" });
    await queue.clean(0, 10, "completed");
    await untilTrue(async () => (await registered()).length === 2, { what: "the busy one is registered too" });
  });

  it("follows a row that is changed in the ledger within seconds", async () => {
    const task = engine.task(async () => ({}));
    await engine.beat([engine.schedule(task, 3_600, { source: "API" })]);
    await engine.db.schedule.updateMany({
      where: { task: task.name },
      data: { enabled: false, version: { increment: 1 } },
    });
    await untilTrue(async () => (await registered()).length === 0, {
      what: "the schedule is withdrawn",
    });
  });
});
