import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { BEAT_QUEUE, toJobId } from "@drumline/core/queue";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

describe.each(KINDS)("repair on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const start = async (task: ReturnType<Engine["task"]>) => {
    const [answer] = await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    return answer!.runId;
  };
  const untilFinished = (task: ReturnType<Engine["task"]>) =>
    untilTrue(async () => (await engine.runs(task))[0]?.status === "FINISHED", { what: "the run has ended" });

  it("dispatches a run again that the queue has lost", async () => {
    const task = engine.task(async () => ({}));
    const runId = await start(task);
    await (await engine.backend.queue("oms").getJob(toJobId(runId, 1)))!.remove();
    await engine.worker();
    await engine.beat([]);
    await untilFinished(task);
    expect((await engine.runs(task))[0]).toMatchObject({ attempt: 1, dispatch_no: 2 });
  });

  it("leaves a run alone that waits its turn on the queue", async () => {
    const task = engine.task(async () => ({}));
    await start(task);
    await engine.beat([]);
    const before = await engine.db.run.findFirstOrThrow({ where: { task: task.name } });
    await untilTrue(
      async () =>
        (await engine.db.run.findFirstOrThrow({ where: { task: task.name } })).dispatchedAt! > before.dispatchedAt!,
      { what: "the sweep has looked at the run" },
    );
    expect((await engine.runs(task))[0]).toMatchObject({ status: "SCHEDULED", dispatch_no: 1 });
    await engine.worker();
    await untilFinished(task);
  });

  it("tries a run again whose worker died, and fails it when its tries are used up", async () => {
    const task = engine.task(async () => ({ by: "the second worker" }), { policies: { retries: 1, backoffMs: 50 } });
    const died = {
      status: "PROCESSING",
      attempt: 1,
      leaseUntil: new Date(Date.now() - 1_000),
      leaseToken: crypto.randomUUID(),
      worker: "worker@gone:1",
    } as const;
    const first = await start(task);
    await engine.db.run.update({ where: { id: first }, data: died });
    await engine.beat([]);
    await engine.worker();
    await untilFinished(task);
    expect((await engine.runs(task))[0]).toMatchObject({
      attempt: 2,
      result: { by: "the second worker" },
      deaths: 1,
      runs_alone: false,
    });

    const hopeless = engine.task(async () => ({}), { policies: { retries: 0 } });
    await engine.db.run.update({ where: { id: await start(hopeless) }, data: died });
    await untilTrue(async () => (await engine.runs(hopeless))[0]?.status === "FAILED", { what: "the run has failed" });
    expect((await engine.runs(hopeless))[0]!.error).toBe("worker worker@gone:1 stopped showing life during try 1 of 1");
  });

  it("sends a run out again after a pause that grows with its tries, and alone after the second death", async () => {
    const task = engine.task(async () => ({}), { policies: { retries: 5, backoffMs: 60_000 } });
    const id = await start(task);
    const die = (attempt: number) =>
      engine.db.run.update({
        where: { id },
        data: {
          status: "PROCESSING",
          attempt,
          leaseUntil: new Date(Date.now() - 1_000),
          leaseToken: crypto.randomUUID(),
          worker: "worker@gone:1",
        },
      });
    await die(1);
    await engine.beat([]);
    const row = () => engine.db.run.findUniqueOrThrow({ where: { id } });
    const pauseMs = async () => {
      const { lastDeathAt, nextAttemptAt } = await row();
      return nextAttemptAt!.getTime() - lastDeathAt!.getTime();
    };
    await untilTrue(async () => (await row()).deaths === 1, { what: "the first death is counted" });
    expect(await row()).toMatchObject({ status: "SCHEDULED", runsAlone: false, attempt: 1 });
    expect(await pauseMs()).toBeGreaterThanOrEqual(30_000);
    expect(await pauseMs()).toBeLessThanOrEqual(60_000);
    await die(3);
    await untilTrue(async () => (await row()).deaths === 2, { what: "the second death is counted" });
    expect(await row()).toMatchObject({
      status: "SCHEDULED",
      runsAlone: true,
      lastDeath: "worker worker@gone:1 stopped showing life during try 3 of 6",
    });
    expect(await pauseMs()).toBeGreaterThanOrEqual(120_000);
    expect(await pauseMs()).toBeLessThanOrEqual(240_000);
  });

  it("counts a death without a beat when the dead worker's job comes to another", async () => {
    const task = engine.task(async ({ run }) => ({ attempt: run.attempt }), {
      policies: { retries: 1, backoffMs: 50 },
    });
    const id = await start(task);
    await engine.db.run.update({
      where: { id },
      data: { status: "PROCESSING", attempt: 1, leaseUntil: new Date(Date.now() - 1), leaseToken: crypto.randomUUID() },
    });
    await engine.worker();
    await untilFinished(task);
    expect((await engine.runs(task))[0]).toMatchObject({ attempt: 2, deaths: 1, result: { attempt: 2 } });
  });

  it("makes good what fell due while no beat ran, by the schedule's policy", async () => {
    const skips = engine.task(async () => ({}));
    const catchesUp = engine.task(async () => ({}));
    const desired = [
      engine.schedule(skips, 60, { missed: "skip", graceMs: 1_000 }),
      engine.schedule(catchesUp, 60, { missed: "once", graceMs: 1_000 }),
    ];
    const beat = await engine.beat(desired);
    await beat.stop();
    const threeAndAHalfMinutesAgo = new Date(Date.now() - 210_000);
    await engine.db.schedule.updateMany({
      where: { task: { in: [skips.name, catchesUp.name] } },
      data: { anchorAt: threeAndAHalfMinutesAgo },
    });
    await engine.worker();
    await engine.beat(desired);
    await untilTrue(async () => (await engine.runs(catchesUp)).some(({ status }) => status === "FINISHED"), {
      what: "the catch-up has run",
    });
    await untilTrue(async () => (await engine.runs(skips)).length === 3, {
      what: "the missed occurrences are on record",
    });
    expect((await engine.runs(skips)).map(({ status, reason_code }) => `${status} ${reason_code}`)).toEqual(
      Array(3).fill("MISSED LATE"),
    );
    expect(
      (await engine.runs(catchesUp))
        .map(({ status, reason_code, origin }) => `${status} ${reason_code} ${origin}`)
        .sort(),
    ).toEqual(["FINISHED null CATCH_UP", "MISSED COALESCED SCHEDULE", "MISSED COALESCED SCHEDULE"]);
  });

  it("registers again what a lost queue backend forgot, and puts waiting runs back", async () => {
    const task = engine.task(async () => ({}));
    const desired = [engine.schedule(task, 3_600)];
    await engine.beat(desired);
    const waiting = engine.task(async () => ({}), { queue: "shop" });
    await start(waiting);
    await Promise.all([BEAT_QUEUE, "shop"].map((name) => engine.backend.queue(name).obliterate({ force: true })));
    await untilTrue(async () => (await engine.backend.queue(BEAT_QUEUE).getJobSchedulers()).length === 1, {
      what: "the schedule is back",
    });
    await engine.worker({ queues: ["shop"] });
    await untilFinished(waiting);
  });

  it("lets a held run go when the one before it has ended", async () => {
    let release = () => {};
    const firstMayEnd = new Promise<void>((resolve) => (release = resolve));
    let started = 0;
    const task = engine.task(async () => {
      started += 1;
      if (started === 1) await firstMayEnd;
      return { no: started };
    });
    await engine.worker();
    await engine.beat([engine.schedule(task, 1, { overlap: "queue_one" })]);
    await untilTrue(async () => (await engine.runs(task)).some(({ held }) => held), {
      what: "the second occurrence is held",
    });
    expect(started).toBe(1);
    await untilTrue(async () => (await engine.runs(task)).some(({ reason_code }) => reason_code === "OVERLAP"), {
      what: "the third is skipped",
    });
    release();
    await untilTrue(() => started >= 2, { what: "the held run goes" });
  });
});
