import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { parseCrontab } from "@drumline/core/scheduling";
import { Prisma } from "@drumline/db";
import { redisIsThere } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { redispatchLostRuns } from "../src/repair/redispatch.ts";
import { advanceSchedules } from "../src/tick/advance-schedules.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

const DAY_MS = 86_400_000;

describe.each(KINDS)("recovery in the large on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(async () => {
    jest.restoreAllMocks();
    await engine.stopAll();
    await engine.db.run.deleteMany();
    await engine.db.schedule.deleteMany();
  });
  afterAll(() => engine.close());

  const queue = () => engine.backend.queue("shop");
  const redispatch = () => redispatchLostRuns({ ...engine, log: silentLog, silentForMs: 0 });

  /** So many runs that wait for a worker of the queue, which lives and is busy with other things. */
  const startMany = async (count: number) => {
    const task = engine.task(async () => ({}), { queue: "shop" });
    await engine.worker({ queues: ["shop"], concurrency: 1 });
    await queue().pause();
    const requests = Array.from({ length: count }, () => ({ definition: task, args: {} }));
    await startRuns({ ...engine, deduplicate: false }, requests);
    return task;
  };

  it("puts every run back that a lost queue forgot, in one sweep of bounded batches", async () => {
    await startMany(2_500);
    await queue().obliterate({ force: true });
    await queue().pause();
    expect(await redispatch()).toBe(2_500);
    const [row] = await engine.db.$queryRaw<{ again: bigint }[]>(
      Prisma.sql`SELECT count(*) AS again FROM run WHERE dispatch_no = 2 AND status = 'SCHEDULED'`,
    );
    expect(row!.again).toBe(2_500n);
    // None is silent any more: each is found where it was put.
    expect(await redispatch()).toBe(0);
  });

  it("looks up no more than one batch of a long queue that has lost nothing", async () => {
    await startMany(2_500);
    const lookUps = jest.spyOn(queue(), "getJob");
    expect(await redispatch()).toBe(0);
    expect(lookUps.mock.calls.length).toBeLessThanOrEqual(1_000);
    expect(await engine.db.run.count({ where: { dispatchNo: { gt: 1 } } })).toBe(0);
  });

  it("writes a month of downtime in transactions of bounded size, each occurrence once", async () => {
    const task = engine.task(async () => ({}), { queue: "shop" });
    const trigger = {
      kind: "crontab",
      crontab: parseCrontab("* * * * *", "test"),
      timezone: "Europe/Amsterdam",
    } as const;
    const schedules = 60;
    const now = new Date("2026-11-20T12:00:30Z");
    const desired = Array.from({ length: schedules }, (_, index) =>
      engine.schedule(task, 60, { key: `every-minute-${index}`, trigger, missed: "once", args: { n: index } }),
    );
    await (await engine.beat(desired, { clock: manualClock(new Date(now.getTime() - 30 * DAY_MS)) })).stop();
    const ids = (await engine.db.schedule.findMany({ select: { id: true } })).map(({ id }) => id);
    await engine.db.run.deleteMany();
    await engine.db.schedule.updateMany({ data: { lastDueAt: new Date(now.getTime() - 30 * DAY_MS) } });

    const options = {
      db: engine.db,
      backend: engine.backend,
      clock: manualClock(now),
      findTask: () => task,
      deduplicate: true,
    };
    expect(await advanceSchedules(options, ids)).toBe(schedules);
    const perTransaction = await engine.db.$queryRaw<{ rows: bigint }[]>(
      Prisma.sql`SELECT count(*) AS rows FROM run GROUP BY created_at`,
    );
    expect(perTransaction.length).toBeGreaterThan(1);
    for (const { rows } of perTransaction) expect(Number(rows)).toBeLessThanOrEqual(2_200);
    const [sum] = await engine.db.$queryRaw<{ least: bigint; most: bigint }[]>(Prisma.sql`
      SELECT min(due) AS least, max(due) AS most FROM (SELECT sum(occurrences) AS due FROM run GROUP BY schedule_id) AS each`);
    expect([Number(sum!.least), Number(sum!.most)]).toEqual([30 * 24 * 60, 30 * 24 * 60]);
    expect(await advanceSchedules(options, ids)).toBe(0);
  });
});
