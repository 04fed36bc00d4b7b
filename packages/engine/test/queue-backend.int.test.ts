import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { parseTickDueMs } from "@drumline/core/queue";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

/** What the engine relies on, whichever backend is behind the factory. */
describe.each(KINDS)("queue backend contract: %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterAll(() => engine.close());

  const consume = async (name: string, concurrency = 1) => {
    const seen: string[] = [];
    const consumer = engine.backend.worker(name, async (job) => void seen.push(job.name), {
      concurrency,
      lockMs: 5_000,
    });
    await consumer.waitUntilReady();
    return { seen, consumer };
  };
  const aName = () => `contract-${randomUUID()}`;

  it("answers a ping and names itself without a password", async () => {
    await engine.backend.ping();
    expect(engine.backend.kind).toBe(kind);
    expect(engine.backend.address).not.toMatch(/:[^/@]+@/);
  });

  it("takes one job per id, however often it is added", async () => {
    const name = aName();
    const add = () => engine.backend.queue(name).addBulk([{ name: "once", data: {}, opts: { jobId: "a-run.1" } }]);
    await Promise.all([add(), add(), add()]);
    const { seen, consumer } = await consume(name);
    await untilTrue(() => seen.length > 0, { what: "the job has come" });
    await consumer.close();
    expect(seen).toEqual(["once"]);
  });

  it("hands out jobs by priority, and those without one first", async () => {
    const name = aName();
    await engine.backend.queue(name).addBulk([
      { name: "late", data: {}, opts: { priority: 9 } },
      { name: "soon", data: {}, opts: { priority: 1 } },
      { name: "first", data: {} },
    ]);
    const { seen, consumer } = await consume(name);
    await untilTrue(() => seen.length === 3, { what: "all jobs have come" });
    await consumer.close();
    expect(seen).toEqual(["first", "soon", "late"]);
  });

  it("keeps a delayed job back until its time", async () => {
    const name = aName();
    const addedAt = performance.now();
    await engine.backend.queue(name).addBulk([{ name: "later", data: {}, opts: { delay: 300 } }]);
    const { seen, consumer } = await consume(name);
    await untilTrue(() => seen.length === 1, { what: "the job has come" });
    expect(performance.now() - addedAt).toBeGreaterThanOrEqual(295);
    await consumer.close();
  });

  it("tells where a job is, and says unknown of one it never saw", async () => {
    const queue = engine.backend.queue(aName());
    await queue.addBulk([{ name: "waits", data: {}, opts: { jobId: "here.1" } }]);
    expect(await queue.getJobState("here.1")).toBe("waiting");
    expect(await queue.getJobState("nowhere.1")).toBe("unknown");
  });

  it("reads a repeatable job back with our pattern, data and next instant, and removes it with its tick", async () => {
    const name = aName();
    const queue = engine.backend.queue(name);
    const anchorMs = Date.now();
    await queue.upsertJobScheduler(
      "nightly",
      { pattern: "every 3600s", startDate: anchorMs },
      { name: "a.task", data: { scheduleId: "s", hash: "h" } },
    );
    const [found] = await queue.getJobSchedulers();
    expect(found).toMatchObject({
      key: "nightly",
      pattern: "every 3600s",
      next: anchorMs + 3_600_000,
      template: { data: { scheduleId: "s", hash: "h" } },
    });
    await queue.removeJobScheduler("nightly");
    expect(await queue.getJobSchedulers()).toEqual([]);
    expect(await queue.getDelayed()).toEqual([]);
  });

  it("brings a repeatable job again and again at the instants of our own next-due", async () => {
    const name = aName();
    const dues: number[] = [];
    const consumer = engine.backend.worker(name, async (job) => void dues.push(parseTickDueMs(job.id)!), {
      concurrency: 1,
      lockMs: 5_000,
    });
    const anchorMs = Date.now();
    await engine.backend
      .queue(name)
      .upsertJobScheduler("often", { pattern: "every 1s", startDate: anchorMs }, { name: "a.task" });
    await untilTrue(() => dues.length === 2, { what: "two ticks have come" });
    await consumer.close();
    expect(dues).toEqual([anchorMs + 1_000, anchorMs + 2_000]);
  });

  it("lets a consumer end the job it is at before it closes", async () => {
    const name = aName();
    let ended = false;
    let begun = false;
    const consumer = engine.backend.worker(
      name,
      async () => {
        begun = true;
        await new Promise((resolve) => setImmediate(resolve));
        ended = true;
      },
      { concurrency: 1, lockMs: 5_000 },
    );
    await engine.backend.queue(name).addBulk([{ name: "slow", data: {} }]);
    await untilTrue(() => begun, { what: "the job has begun" });
    await consumer.close();
    expect(ended).toBe(true);
  });

  it("brings a job back whose consumer died, as often as consumers die", async () => {
    const name = aName();
    await engine.backend.queue(name).addBulk([{ name: "stalls", data: {}, opts: { jobId: "a-run.1" } }]);
    const settings = { concurrency: 1, lockMs: 200 };
    for (let death = 1; death <= 3; death += 1) {
      let hasBegun = false;
      const victim = engine.backend.worker(name, () => ((hasBegun = true), new Promise(() => {})), settings);
      await untilTrue(() => hasBegun, { what: `consumer ${death} has the job` });
      // Leaves its job where it is, as a killed process does.
      await (victim as unknown as { close(force: boolean): Promise<void> }).close(true);
    }
    const seen: string[] = [];
    const survivor = engine.backend.worker(name, async (job) => void seen.push(job.id!), settings);
    await untilTrue(() => seen.length > 0, { what: "the job has come back" });
    await survivor.close();
    expect(seen).toEqual(["a-run.1"]);
    expect(await engine.backend.queue(name).getFailed()).toEqual([]);
  });
});
