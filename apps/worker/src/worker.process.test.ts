import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, afterEach, describe, expect, it } from "@jest/globals";

import { silentLog } from "@drumline/core/log";
import { openDatabases, startRuns } from "@drumline/engine";
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

  it("does not start in production on the sandbox's addresses and tokens", async () => {
    const worker = startApp("worker", {
      NODE_ENV: "production",
      OMNITRON_TOKEN: "sandbox-token",
      WORKER_QUEUES: "oms",
    });
    expect(await worker.ended).toBe(1);
    expect(worker.output()).toContain("6 configuration problems");
    for (const key of [
      "OMNITRON_URL\n",
      "OMNITRON_TOKEN=[secret]",
      "INVENTORY_URL\n",
      "CARRIER_URL\n",
      "CARRIER_PASSWORD\n",
    ])
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
    const databases = await openDatabases(
      {
        environment: "test",
        databaseUrl: database.url,
        databasePoolSize: 4,
        redisUrl: redis?.url ?? null,
        queuePrefix: "test",
      },
      { log: silentLog, process: "test" },
    );
    closers.push(databases.close);
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
      const [answer] = await startRuns({ ...databases, deduplicate: false }, [
        { definition: requireTask(task), args: {} },
      ]);
      await untilTrue(hasBegun, { what: `${task} has shown effect`, timeoutMs: 60_000 });
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
  }, 600_000);
});

describe("pings of a beat's schedule from a worker", () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  it("reach the URL of its env key, which no log and no audit shows", async () => {
    const database = await testDatabase();
    closers.push(() => database.close());
    const heard: string[] = [];
    const receiver = createServer((request, response) => {
      heard.push(`${request.method} ${request.url}`);
      request.resume();
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    closers.push(async () => {
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
    });
    const { port } = receiver.address() as AddressInfo;
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: "",
      DELETE_OLD_RECORDS_SCHEDULE: "1",
      DELETE_OLD_RECORDS_PING_URL: `http://127.0.0.1:${port}/s3cret`,
      PING_PRIVATE_HOSTS: `127.0.0.1:${port}`,
    };
    const processes = (["beat", "worker"] as const).map((name) => startApp(name, env));
    closers.push(...processes.map((each) => () => each.kill("SIGKILL")));
    await Promise.all(processes.map((each) => each.ready()));
    await untilTrue(() => heard.includes("POST /s3cret"), { what: "a success is told", timeoutMs: 30_000 });
    expect(heard.slice(0, 2)).toEqual(["POST /s3cret/start", "POST /s3cret"]);
    for (const each of processes) await each.kill("SIGTERM");
    expect(await Promise.all(processes.map((each) => each.ended))).toEqual([0, 0]);
    for (const each of processes) expect(each.output()).not.toContain("s3cret");
  });
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
