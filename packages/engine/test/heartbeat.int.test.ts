import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { type Log, silentLog } from "@drumline/core/log";
import { testDatabase, type TestDatabase, untilTrue } from "@drumline/testing";

import { startHeartbeat } from "../src/index.ts";

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
let heartbeat: { stop(): Promise<void> } | null = null;
afterAll(async () => {
  await heartbeat?.stop();
  await database.close();
});

it("says with each heartbeat how late the event loop runs, and logs a block of more than a second", async () => {
  const blocks: number[] = [];
  const log: Log = { ...silentLog, warn: (fields) => void blocks.push((fields as { blockedMs: number }).blockedMs) };
  heartbeat = await startHeartbeat({
    db: database.db,
    log,
    kind: "api",
    everyMs: 50,
    info: () => ({ address: "a" }),
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const until = performance.now() + 1_200;
  while (performance.now() < until);
  await untilTrue(() => blocks.length > 0, { what: "the block is logged" });
  expect(blocks[0]).toBeGreaterThan(1_000);
  const { info } = await database.db.processHeartbeat.findFirstOrThrow();
  expect(info).toMatchObject({ address: "a", eventLoop: { maxMs: expect.any(Number), minuteP99Ms: null } });
  await heartbeat.stop();
  heartbeat = null;
  expect(await database.db.processHeartbeat.count()).toBe(0);
});
