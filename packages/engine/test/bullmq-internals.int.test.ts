import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Redis } from "ioredis";

import { BEAT_QUEUE, isTickTaken, parseTickDueMs, removeScheduler, toTickJobId } from "@drumline/core/queue";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

/**
 * What `packages/core/src/queue/bullmq-internals.ts` assumes of BullMQ and BullMQ does not promise. A failure here after
 * an upgrade of BullMQ is no flaw of the test: each one says what would break, and where the cure belongs.
 */
describe.each(KINDS)("BullMQ's internals on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const aQueue = () => engine.backend.queue(`internals-${randomUUID()}`);
  /** A job scheduler whose first tick has left `delayed` and waits, as it does when no beat has taken it yet. */
  const withWaitingTick = async (queue: ReturnType<typeof aQueue>, key: string) => {
    const anchorMs = Date.now();
    const upsert = () =>
      queue.upsertJobScheduler(key, { pattern: "every 3600s", startDate: anchorMs }, { name: "a.task" });
    const tick = await upsert();
    await tick.promote();
    return { dueMs: anchorMs + 3_600_000, id: tick.id!, upsert };
  };

  it("names a tick repeat:<scheduler>:<due>, else a removed schedule's waiting tick would still fire, and beats would wake late", async () => {
    const queue = aQueue();
    const anchorMs = Date.now();
    const tick = await queue.upsertJobScheduler(
      "a:key.with-signs",
      { pattern: "every 60s", startDate: anchorMs },
      { name: "a.task" },
    );
    const dueMs = anchorMs + 60_000;
    expect(tick.id).toBe(toTickJobId("a:key.with-signs", dueMs));
    expect((await queue.getDelayed()).map(({ id }) => id)).toEqual([toTickJobId("a:key.with-signs", dueMs)]);
    expect(parseTickDueMs(tick.id)).toBe(dueMs);
    expect(parseTickDueMs("a-run.1")).toBeNull();
  });

  it("leaves a waiting tick behind when its scheduler is removed; if it takes it along now, removeScheduler is too careful", async () => {
    const queue = aQueue();
    const { id } = await withWaitingTick(queue, "left");
    await queue.removeJobScheduler("left");
    expect(await queue.getJobState(id)).toBe("waiting");
  });

  it("lets a waiting tick of a removed scheduler be removed on Redis alone; elsewhere it must find its schedule disabled", async () => {
    const queue = aQueue();
    const { id, dueMs } = await withWaitingTick(queue, "waits");
    await removeScheduler(queue, "waits", dueMs);
    expect(await queue.getJobState(id)).toBe(kind === "redis" ? "unknown" : "waiting");
    const delayed = await queue.upsertJobScheduler("delayed", { pattern: "every 60s" }, { name: "a.task" });
    await removeScheduler(queue, "delayed", parseTickDueMs(delayed.id)!);
    expect(await queue.getJobState(delayed.id!)).toBe("unknown");
    expect(await queue.getJobSchedulers()).toEqual([]);
  });

  it("forgets a due tick when an unchanged scheduler is upserted; if not, comparing hashes before is only thrift", async () => {
    const queue = aQueue();
    const { id, upsert } = await withWaitingTick(queue, "blind");
    await upsert();
    const states = await Promise.all([queue.getWaiting(), queue.getDelayed()]);
    expect(states.map((jobs) => jobs.map((job) => job.id))).toEqual([[], [id]]);
  });

  it("refuses a scheduler whose first tick exists already, by words that isTickTaken knows; else one busy schedule stops a beat", async () => {
    const queue = aQueue();
    const { upsert } = await withWaitingTick(queue, "busy");
    await queue.removeJobScheduler("busy");
    const refusal: unknown = await upsert().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(isTickTaken(refusal)).toBe(true);
    expect(isTickTaken(new Error("connection ended"))).toBe(false);
  });

  it("counts plain jobs as wait and ranked ones as prioritized, else queues would look empty on the dashboard", async () => {
    const queue = aQueue();
    await queue.addBulk([
      { name: "plain", data: {} },
      { name: "ranked", data: {}, opts: { priority: 3 } },
    ]);
    expect(await queue.getJobCounts("wait", "prioritized")).toEqual({ wait: 1, prioritized: 1 });
  });

  it("asks BullMQ for its schedulers once per reconcile, and knows the next tick of new and of kept ones", async () => {
    const tasks = [engine.task(async () => ({})), engine.task(async () => ({}))];
    await (await engine.beat([engine.schedule(tasks[0]!, 3_600)])).stop();
    const asked = jest.spyOn(engine.backend.queue(BEAT_QUEUE), "getJobSchedulers");
    const rung: number[] = [];
    const tickTimer = { wakeAt: (dueMs: number) => void rung.push(dueMs), listen: () => {}, stop: () => {} };
    await (
      await engine.beat(
        tasks.map((task) => engine.schedule(task, 3_600)),
        { tickTimer, reconcileEveryMs: 60_000 },
      )
    ).stop();
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
    const next = (await engine.backend.queue(BEAT_QUEUE).getJobSchedulers()).map((scheduler) => scheduler.next);
    expect(new Set(rung)).toEqual(new Set(next));
  });

  if (kind === "postgres") {
    it("waits on a listening connection whose end came with the answer to LISTEN; without listenAnew, for up to an hour", async () => {
      const queue = aQueue();
      // Something due later is what lets a consumer wait for longer than a few seconds.
      await queue.addBulk([{ name: "later", data: {}, opts: { delay: 3_600_000 } }]);
      const seen: string[] = [];
      const consumer = engine.backend.worker(queue.name, async (job) => void seen.push(job.name), {
        concurrency: 1,
        lockMs: 60_000,
      });
      const { backend } = consumer as unknown as {
        backend: {
          cancelWait: (() => void) | undefined;
          listening: boolean;
          connection: { getListenClient(): Promise<EventEmitter & { query(sql: string): Promise<unknown> }> };
        };
      };
      await untilTrue(() => backend.cancelWait !== undefined, { what: "the consumer waits" });
      const client = await backend.connection.getListenClient();
      const query = client.query.bind(client);
      let hasEnded = false;
      client.query = async (sql) => {
        const answer = await query(sql);
        client.emit("error", Object.assign(new Error("ended by the test"), { code: "57P01" }));
        hasEnded = true;
        return answer;
      };
      backend.listening = false;
      backend.cancelWait!();
      await untilTrue(() => hasEnded, { what: "the connection has ended right after LISTEN" });
      await queue.addBulk([{ name: "now", data: {} }]);
      await untilTrue(() => seen.length > 0, { what: "the consumer has heard of the job" });
      expect(seen).toEqual(["now"]);
      await consumer.close();
    });
    return;
  }

  let redis: Redis;
  beforeAll(() => void (redis = new Redis(engine.redisUrl!)));
  afterAll(() => redis.disconnect());

  it("wakes idle consumers by the key <prefix>:<queue>:marker, else due ticks start up to 100 ms late without any error", async () => {
    const queue = aQueue();
    const marker = `test:${queue.name}:marker`;
    await queue.addBulk([{ name: "ready", data: {} }]);
    expect(await redis.zrange(marker, 0, -1, "WITHSCORES")).toEqual(["0", "0"]);
  });

  it("has its marker taken by a consumer that blocks, which then looks at the queue", async () => {
    const queue = aQueue();
    const marker = `test:${queue.name}:marker`;
    const consumer = engine.backend.worker(queue.name, async () => {}, { concurrency: 1, lockMs: 5_000 });
    await consumer.waitUntilReady();
    await engine.backend.wake(queue.name);
    await untilTrue(async () => (await redis.exists(marker)) === 0, { what: "the consumer has taken the marker" });
    await consumer.close();
  });
});
