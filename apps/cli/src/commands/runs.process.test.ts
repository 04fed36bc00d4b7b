import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import {
  type Sandbox,
  startApp,
  startSandbox,
  testDatabase,
  type TestDatabase,
  testRedis,
  type TestRedis,
} from "@drumline/testing";

const DRUMLINE = fileURLToPath(new URL("../../bin/drumline.js", import.meta.url));
const PULL = "oms.orders.tasks.get_orders_from_omnitron";

describe("drumline commands on a ledger", () => {
  let database: TestDatabase;
  let redis: TestRedis | null;
  let sandbox: Sandbox;
  beforeAll(async () => {
    [database, redis, sandbox] = await Promise.all([testDatabase(), testRedis(), startSandbox()]);
  });
  afterAll(async () => {
    await Promise.all([database.close(), redis?.close(), sandbox.close()]);
  });

  const env = () => ({
    DATABASE_URL: database.url,
    REDIS_URL: redis?.url ?? "",
    OMNITRON_URL: sandbox.url,
    INVENTORY_URL: sandbox.url,
  });

  function drumline(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [DRUMLINE, ...args],
        { env: { PATH: process.env["PATH"], ...env() } },
        (error, output, errors) => {
          resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors });
        },
      );
    });
  }
  const read = async (...args: string[]) => JSON.parse((await drumline(...args, "--json")).output) as never;

  it("plans what a restart of beat would do, and does nothing", async () => {
    const planned: { action: string; key: string; after: string }[] = await read("plan");
    expect(planned).toContainEqual({
      action: "add",
      key: "get-omnitron-orders-cron",
      before: null,
      after: "every 60s",
    });
    expect(await database.db.schedule.count()).toBe(0);
  });

  it.each([
    ["a task that is not there", ["run", "oms.orders.tasks.get_orders_from_omnitrn"], `did you mean ${PULL}?`],
    ["arguments that are not JSON", ["run", PULL, "--args", "{older"], "not JSON"],
    ["arguments that are no object", ["run", PULL, "--args", "[1]"], "expected a JSON object"],
    ["arguments the task does not take", ["run", PULL, "--args", '{"page": 2}'], `invalid arguments for ${PULL}`],
    ["a limit that is no number", ["run", PULL, "--limit", "all"], "--limit all"],
    ["a state that is not there", ["runs", "--status", "LATE"], "Allowed choices"],
    ["a run id that is none", ["runs", "42"], "is no run id"],
  ])("exits with 2 for %s, and says what is wrong", async (_what, args, said) => {
    const { code, errors } = await drumline(...args);
    expect(errors).toContain(said);
    expect(code).toBe(2);
    expect(await database.db.run.count()).toBe(0);
  });

  it("starts a run without moving a schedule, names it when asked again, and shows how it ended", async () => {
    const started: { runId: string; status: string } = await read("run", "get-omnitron-orders-cron");
    expect(started.status).toBe("SCHEDULED");
    const again = await drumline("run", PULL);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining(started.runId) });
    const queues: { name: string; waiting: number }[] = await read("queues");
    expect(queues.find(({ name }) => name === "oms")).toMatchObject({ waiting: 1 });

    const worker = startApp("worker", env());
    await worker.ready();
    const ended: { status: string; result: { created: number } } = await read(
      "run",
      PULL,
      "--args",
      "{}",
      "--dry-run",
      "--wait",
    );
    expect(ended).toMatchObject({
      status: "FINISHED",
      result: expect.objectContaining({ created: expect.any(Number) }),
    });
    await worker.kill("SIGTERM");
    const runs: { id: string; status: string; dryRun: boolean }[] = await read("runs", "--task", PULL);
    expect(runs.map(({ status, dryRun }) => [status, dryRun])).toEqual([
      ["FINISHED", true],
      ["FINISHED", false],
    ]);
    expect(await read("runs", started.runId)).toMatchObject({
      id: started.runId,
      status: "FINISHED",
      log: expect.any(Array),
      chunks: [],
    });
    expect(await database.db.schedule.count()).toBe(0);
  });

  it("prints what an outside system answered without obeying it, in words, tables and JSON", async () => {
    const { id } = await database.db.run.findFirstOrThrow();
    const error = "answered 500: \u001b]0;owned\u0007\u001b[2J\u009b31m\nstatus         FINISHED";
    await database.db.run.update({ where: { id }, data: { error } });
    for (const args of [["runs", id], ["runs"], ["runs", id, "--json"]]) {
      const { code, output, errors } = await drumline(...args);
      expect([code, errors]).toEqual([0, ""]);
      // oxlint-disable-next-line no-control-regex -- none of them may come through
      expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
    expect((await drumline("runs", id)).output).toContain(`[2J\\u009b31m\n               status         FINISHED\n`);
    expect(await read("runs", id)).toMatchObject({ error });
  });

  it("exits with 1 for a run that is not in the ledger", async () => {
    expect(await drumline("runs", "00000000-0000-0000-0000-000000000000")).toMatchObject({
      code: 1,
      errors: expect.stringContaining("pruned"),
    });
  });

  it("backfills the occurrences that a schedule never ran, and says so first where it is asked to", async () => {
    const schedule = {
      id: randomUUID(),
      key: "backfilled",
      source: "API" as const,
      task: "RefundUpdates",
      timeoutMs: 60000n,
      triggerKind: "CRONTAB" as const,
      crontab: "0 3 * * *",
      timezone: "Europe/Amsterdam",
      contentHash: "h",
      anchorAt: new Date("2026-11-20T00:00:00Z"),
    };
    await database.db.schedule.create({ data: schedule });
    const range = ["--from", "2026-01-10", "--to", "2026-01-12"];
    const dry = await drumline("backfill", "backfilled", ...range, "--dry-run");
    expect([dry.code, dry.output]).toEqual([
      0,
      "2026-01-10T03:00:00+01:00\n2026-01-11T03:00:00+01:00\n2 runs would be created; 0 finished and 0 open already\n",
    ]);
    expect(await read("backfill", "backfilled", ...range, "--max", "1")).toMatchObject({
      runs: [{ dueAt: "2026-01-10T02:00:00.000Z", runId: expect.any(String) }],
      nextFrom: "2026-01-11T02:00:00.000Z",
    });
    expect(await database.db.run.count({ where: { origin: "BACKFILL" } })).toBe(1);
    for (const wrong of [
      ["--from", "tomorrow", "--to", "2026-01-12"],
      [...range, "--max", "none"],
      ["--from", "2026-01-12"],
    ])
      expect((await drumline("backfill", "backfilled", ...wrong)).code).toBe(2);
    expect(await drumline("backfill", "nobody", ...range)).toMatchObject({
      code: 2,
      errors: expect.stringContaining("There is no schedule nobody"),
    });
  });
});
