import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "@jest/globals";

import { openDatabase, Prisma } from "@drumline/db";
import { type EmbeddedDatabase, startEmbeddedPostgres, startEmbeddedRedis } from "@drumline/standalone/embedded";
import { migrate } from "@drumline/db/migrate";
import { redisIsThere, startApp, startSandbox, untilTrue } from "@drumline/testing";

const PULL = "oms.orders.tasks.get_orders_from_omnitron";

describe("databases that go away while everything runs", () => {
  const closers: (() => Promise<unknown> | undefined)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  it("goes on by itself after Redis and PostgreSQL were killed and came back, and counts no occurrence twice", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "drumline-away-"));
    await chmod(dataDir, 0o755);
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    let postgres = await startEmbeddedPostgres({ dataDir });
    closers.push(() => postgres.stop());
    let redis = redisIsThere() ? await startEmbeddedRedis({ dataDir }) : null;
    closers.push(() => redis?.stop());
    await migrate(postgres.url);
    const sandbox = await startSandbox();
    closers.push(() => sandbox.close());

    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis?.url ?? "",
      OMNITRON_URL: sandbox.url,
      INVENTORY_URL: sandbox.url,
      OMNITRON_ORDERS_SCHEDULE: "1",
      BEAT_REPAIR_SECONDS: "1",
      BEAT_LOST_RUN_SECONDS: "2",
      WORKER_LEASE_SECONDS: "3",
    };
    const apps = [startApp("beat", env), startApp("worker", env)];
    for (const app of apps) {
      closers.push(() => app.kill("SIGKILL"));
      await app.ready();
    }
    const db = openDatabase(postgres.url, { maxConnections: 1 });
    closers.push(() => db.$disconnect());
    const finishedSince = async (since: Date) =>
      (
        await db.$queryRaw<{ count: number }[]>(Prisma.sql`
          SELECT count(*)::int AS count FROM run WHERE task = ${PULL} AND status = 'FINISHED' AND finished_at > ${since}`)
      )[0]!.count;
    const untilItRuns = async (what: string) => {
      const since = new Date();
      await untilTrue(async () => (await finishedSince(since)) >= 2, {
        what: `runs end again ${what}`,
        timeoutMs: 30_000,
      });
    };
    await untilItRuns("at first");

    if (redis !== null) {
      await killServer(redis);
      redis = await startEmbeddedRedis({ dataDir });
      await untilItRuns("after Redis was killed");
    }
    await killServer(postgres);
    postgres = await startEmbeddedPostgres({ dataDir });
    await untilItRuns("after PostgreSQL was killed");

    for (const app of apps) {
      await app.kill("SIGTERM");
      expect(await app.ended).toBe(0);
    }
    const [doubled] = await db.$queryRaw<{ count: number }[]>(Prisma.sql`
      SELECT count(*)::int AS count FROM (SELECT FROM run WHERE due_at IS NOT NULL GROUP BY schedule_id, due_at HAVING count(*) > 1) AS twice`);
    expect(doubled!.count).toBe(0);
  }, 600_000);
});

/** kill -9 of the server: PostgreSQL shows its folder in the process list, Redis its port. */
async function killServer({ url, folder, stop }: EmbeddedDatabase): Promise<void> {
  execFileSync("pkill", ["-9", "-f", url.startsWith("redis:") ? `redis-server.*:${new URL(url).port}` : folder]);
  await stop();
}
