import { afterEach, describe, expect, it } from "@jest/globals";

import { silentLog } from "@drumline/core/log";
import { openStores, startRuns } from "@drumline/engine";
import { findBrokenInvariants } from "@drumline/oms";
import { requireTask } from "@drumline/tasks";
import { type AppProcess, startApp, startSandbox, testDatabase, testRedis, untilTrue } from "@drumline/testing";

const PULL = "oms.orders.tasks.get_orders_from_omnitron";
const PLAN = "oms.fulfilment.tasks.fulfil_waiting_orders";
const ORDERS_IN_VIEW = 2_000;

describe("the worker process", () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  it("names every wrong key and exits with 1", async () => {
    const worker = startApp("worker", {
      WORKER_QUEUES: "oms,omz",
      WORKER_CONCURRENCY: "lots",
      OMNITRON_URL: "omnitron",
    });
    expect(await worker.ended).toBe(1);
    for (const key of ["WORKER_QUEUES=oms,omz", "WORKER_CONCURRENCY=lots", "OMNITRON_URL="])
      expect(worker.output()).toContain(key);
  });

  it("loses and doubles no order when workers are killed in the middle of their runs", async () => {
    const [database, redis, sandbox] = await Promise.all([
      testDatabase(),
      testRedis(),
      startSandbox({ env: { SANDBOX_SPEED: "1" } }),
    ]);
    closers.push(
      () => database.close(),
      async () => redis?.close(),
      () => sandbox.close(),
    );
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis?.url ?? "",
      QUEUE_PREFIX: "test",
      OMNITRON_URL: sandbox.url,
      INVENTORY_URL: sandbox.url,
      OMNITRON_PAGE_SIZE: "100",
      OMS_PLAN_BATCH_SIZE: "100",
      WORKER_LEASE_SECONDS: "2",
      BEAT_REPAIR_SECONDS: "1",
      BEAT_LOST_RUN_SECONDS: "1",
      OMNITRON_ORDERS: "false",
      FULFIL_WAITING_ORDERS: "false",
    };
    const inView = await holdStill(sandbox.url);
    const stores = await openStores(
      {
        environment: "test",
        databaseUrl: database.url,
        databasePoolSize: 4,
        redisUrl: redis?.url ?? null,
        queuePrefix: "test",
      },
      { log: silentLog, process: "test" },
    );
    closers.push(stores.close);
    const beat = startApp("beat", env);
    closers.push(() => beat.kill("SIGKILL"));
    await beat.ready();

    await runThroughKills(PULL, async () => (await database.db.order.count()) > 0);
    expect(await database.db.order.count()).toBe(inView);
    await runThroughKills(PLAN, async () => (await database.db.package.count()) > 0);
    expect(await database.db.orderExecutionPlan.count()).toBe(inView);
    expect(await findBrokenInvariants(database.db)).toEqual([]);

    /** Starts a run, kills its worker once it has shown effect, and lets another end it. */
    async function runThroughKills(task: string, hasBegun: () => Promise<boolean>): Promise<void> {
      const victim = startWorker();
      await victim.ready();
      const [answer] = await startRuns({ ...stores, deduplicate: false }, [
        { definition: requireTask(task), args: {} },
      ]);
      await untilTrue(hasBegun, { what: `${task} has shown effect`, timeoutMs: 20_000 });
      await victim.kill("SIGKILL");
      const other = startWorker();
      await untilTrue(
        async () => {
          const runs = await database.db.run.findMany({
            where: { OR: [{ id: answer!.runId }, { parentId: answer!.runId }] },
          });
          return runs.every(({ status }) => status === "FINISHED");
        },
        { what: `${task} has ended in another worker`, timeoutMs: 90_000 },
      );
      await other.kill("SIGTERM");
      expect(await other.ended).toBe(0);
    }

    function startWorker(): AppProcess {
      const worker = startApp("worker", env);
      closers.push(() => worker.kill("SIGKILL"));
      return worker;
    }
  }, 240_000);
});

/** Lets the sandbox's clock run until enough orders are in view, and stops it there. */
async function holdStill(url: string): Promise<number> {
  const state = async () => (await (await fetch(`${url}/_sandbox/state`)).json()) as { ordersVisible: number };
  await untilTrue(async () => (await state()).ordersVisible >= ORDERS_IN_VIEW, { what: "enough orders are in view" });
  await fetch(`${url}/_sandbox/clock`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ speed: 0 }),
  });
  return (await state()).ordersVisible;
}
