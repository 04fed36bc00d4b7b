import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { Prisma } from "@drumline/db";
import { redisIsThere, testDatabase, type TestDatabase, untilTrue } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

const ENDED = 500;
const LONGEST_PAUSE_MS = 12;

/** An unheard 'error' of a connection is an uncaught exception, which fails the test. */
describe.each(KINDS)("connections that the server ends under load, queue on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  let elsewhere: TestDatabase;
  beforeAll(async () => {
    [engine, elsewhere] = [(await openEngine(kind))!, await testDatabase()];
  });
  afterAll(async () => {
    await engine.close();
    await elsewhere.close();
  });

  it(`end no process and lose no run, ${ENDED} times at random moments`, async () => {
    const policies = { retries: 100, backoffMs: 10 };
    const task = engine.task(
      ({ db }) =>
        db.$transaction(async (tx) => {
          await tx.$queryRaw`SELECT count(*) FROM schedule`;
          // Here no statement waits that could hear of the end.
          await sleep(2);
          await tx.$queryRaw`SELECT count(*) FROM process_heartbeat`;
          return {};
        }),
      { policies },
    );
    await engine.beat([engine.schedule(task, 1, { overlap: "allow" })]);
    await engine.worker();

    const started = new Set<string>();
    const storm = endConnections();
    while (!storm.isOver()) {
      const answers = await startRuns({ ...engine, deduplicate: false }, [{ definition: task, args: {} }]).catch(
        () => [],
      );
      for (const { runId } of answers) started.add(runId);
      await sleep(20);
    }
    expect(await storm.ended).toBeGreaterThanOrEqual(ENDED);
    expect(started.size).toBeGreaterThan(0);
    await untilTrue(
      async () => {
        const runs = (await engine.runs(task)).filter(({ id }) => started.has(id));
        return runs.length === started.size && runs.every(({ status }) => status === "FINISHED");
      },
      { what: "every run that was started has ended well", timeoutMs: 120_000 },
    );
    const before = (await engine.runs(task)).length;
    await untilTrue(async () => (await engine.runs(task)).length > before, { what: "the schedule still brings runs" });
  }, 600_000);

  function endConnections() {
    const random = seededRandom(7);
    let isOver = false;
    const ended = (async () => {
      const [{ name }] = (await engine.db.$queryRaw`SELECT current_database() AS name`) as [{ name: string }];
      let count = 0;
      while (count < ENDED) {
        await sleep(random() * LONGEST_PAUSE_MS);
        count += await elsewhere.db.$executeRaw(Prisma.sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = ${name} ORDER BY hashint8(pid + ${Math.floor(random() * 1e9)}) LIMIT 2`);
      }
      return count;
    })().finally(() => (isOver = true));
    return { ended, isOver: () => isOver };
  }
});

/** Mulberry32: the same moments and victims in each run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
