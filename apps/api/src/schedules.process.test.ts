import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { BEAT_QUEUE, openQueueBackend, type QueueBackend } from "@drumline/core/queue";
import { testDatabase, testRedis, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const API = fileURLToPath(new URL("../bin/api.js", import.meta.url));
const BEAT = fileURLToPath(new URL("../../beat/bin/beat.js", import.meta.url));
const TOKEN = "a-token-for-the-process-tests";
const KEY = "orders-by-hand";
const WITHIN_MS = 5_000;

describe("a change through the api, with a beat that is not restarted", () => {
  const children: ChildProcess[] = [];
  const closers: (() => Promise<unknown> | undefined)[] = [];
  let address: string;
  let queues: QueueBackend;

  beforeAll(async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    closers.push(
      () => database.close(),
      async () => redis?.close(),
    );
    const databases = { databaseUrl: database.url, redisUrl: redis?.url ?? null };
    queues = await openQueueBackend(databases, {
      prefix: "drumline",
      production: false,
      nextTick: () => undefined,
      onError: () => {},
    });
    closers.unshift(() => queues.close());
    const env = { DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "", API_PORT: "0", API_ADMIN_TOKEN: TOKEN };
    const start = (program: string) => {
      const child = spawn(process.execPath, [program], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      });
      children.push(child);
      let output = "";
      child.stdout!.on("data", (chunk) => (output += String(chunk)));
      return { ready: once(child, "message"), output: () => output };
    };
    const [api, beat] = [start(API), start(BEAT)];
    await Promise.all([api.ready, beat.ready]);
    await untilTrue(() => api.output().includes("address"), { what: "the api has said where it listens" });
    address = /"address":"([^"]+)"/.exec(api.output())![1]!;
  });

  afterAll(async () => {
    const ends = children.map((child) => once(child, "exit"));
    for (const child of children) child.kill("SIGTERM");
    await Promise.all(ends);
    for (const close of closers) await close();
  });

  const send = async (method: string, path: string, body: object = {}) => {
    const response = await fetch(`${address}/api/v1/schedules${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([response.status, await response.text()]).toEqual([expect.any(Number), expect.anything()]);
    expect(response.ok).toBe(true);
  };
  const untilRegistered = (pattern: string | undefined, what: string) =>
    untilTrue(
      async () => {
        const held = await queues.queue(BEAT_QUEUE).getJobSchedulers();
        return held.find(({ key }) => key === KEY)?.pattern === pattern;
      },
      { what, timeoutMs: WITHIN_MS },
    );

  it("is in BullMQ within 5 s: created, changed, disabled, enabled and deleted", async () => {
    const task = "oms.orders.tasks.get_orders_from_omnitron";
    await send("POST", "", { key: KEY, task, crontab: "0,3,*,*,*", timezone: "Europe/Amsterdam" });
    await untilRegistered("0 3 * * *", "the new schedule is registered");
    await send("PATCH", `/${KEY}`, { version: 1, everySeconds: 3_600 });
    await untilRegistered("every 3600s", "the new interval is registered");
    await send("POST", `/${KEY}/disable`);
    await untilRegistered(undefined, "the disabled schedule is withdrawn");
    await send("POST", `/${KEY}/enable`);
    await untilRegistered("every 3600s", "the enabled schedule is back");
    await send("DELETE", `/${KEY}`);
    await untilRegistered(undefined, "the deleted schedule is gone");
    const held = await queues.queue(BEAT_QUEUE).getJobSchedulers();
    expect(held.map(({ key }) => key)).toContain("get-omnitron-orders-cron");
  });
});
