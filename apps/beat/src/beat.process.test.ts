import { afterEach, describe, expect, it } from "@jest/globals";

import { type AppProcess, startApp, testDatabase, type TestDatabase, testRedis, untilTrue } from "@drumline/testing";

describe("the beat process", () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const openDatabase = async (options = {}): Promise<TestDatabase> => {
    const database = await testDatabase(options);
    closers.push(() => database.close());
    return database;
  };
  const start = (env: Record<string, string>): AppProcess => {
    const beat = startApp("beat", env);
    closers.push(() => beat.kill("SIGKILL"));
    return beat;
  };

  it("names every problem of its environment at once, exits with 1, and leaves the schedules as they were", async () => {
    const database = await openDatabase();
    const beat = start({
      DATABASE_URL: database.url,
      OMNITRON_ORDERS_CRONTAB: "0,25,*,*,*",
      OMNITRON_ORDERS_CRONTB: "0,3,*,*,*",
      FULFIL_WAITING_ORDERS: "maybe",
      DB_MAINTENANCE_SCHEDULE: "60**2",
      DB_MAINTENANCE_TIMEZONE: "Europe/Amsterdm",
      BEAT_REPAIR_SECONDS: "soon",
    });
    expect(await beat.ended).toBe(1);
    for (const part of [
      "6 configuration problems",
      "OMNITRON_ORDERS_CRONTAB=0,25,*,*,*",
      "OMNITRON_ORDERS_CRONTB",
      "FULFIL_WAITING_ORDERS=maybe",
      "DB_MAINTENANCE_SCHEDULE=60**2",
      "Europe/Amsterdam",
      "BEAT_REPAIR_SECONDS=soon",
    ]) {
      expect(beat.output()).toContain(part);
    }
    expect(await database.db.schedule.count()).toBe(0);
  });

  it.each([
    [
      "PostgreSQL",
      { DATABASE_URL: "postgresql://drumline:hidden@127.0.0.1:1/orders" },
      "PostgreSQL at postgresql://127.0.0.1:1/orders does not answer",
    ],
    ["a database", {}, "DATABASE_URL is not set, and no embedded database runs in this folder"],
  ])("says which database is missing and what to do when there is no %s", async (_what, env, said) => {
    const beat = start({ DATABASE_URL: "", ...env });
    expect(await beat.ended).toBe(1);
    expect(beat.output()).toContain(said);
    expect(beat.output()).not.toContain("hidden");
  });

  it("says that Redis does not answer, and where it looked", async () => {
    const database = await openDatabase();
    const beat = start({ DATABASE_URL: database.url, REDIS_URL: "redis://:hidden@127.0.0.1:1" });
    expect(await beat.ended).toBe(1);
    expect(beat.output()).toContain("The queue backend at redis://127.0.0.1:1 does not answer");
    expect(beat.output()).not.toContain("hidden");
  });

  it("asks for the migrations of an empty database", async () => {
    const database = await openDatabase({ isBlank: true });
    const beat = start({ DATABASE_URL: database.url });
    expect(await beat.ended).toBe(1);
    expect(beat.output()).toContain("npm run db:migrate");
  });

  it("takes a changed env key over at its next start, says it lives, and leaves no heartbeat when it ends", async () => {
    const [database, redis] = await Promise.all([openDatabase(), testRedis()]);
    closers.push(async () => redis?.close());
    const env = { DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "" };
    const timing = async () =>
      (await database.db.schedule.findUniqueOrThrow({ where: { key: "get-omnitron-orders-cron" } })).everyMs;

    const first = start(env);
    await first.ready();
    expect(await timing()).toBe(60_000n);
    expect(await database.db.processHeartbeat.count({ where: { kind: "beat" } })).toBe(1);
    await first.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    expect(await database.db.processHeartbeat.count()).toBe(0);

    const second = start({ ...env, OMNITRON_ORDERS_SCHEDULE: "1" });
    await second.ready();
    expect(await timing()).toBe(1_000n);
    await untilTrue(
      async () => (await database.db.run.count({ where: { task: "oms.orders.tasks.get_orders_from_omnitron" } })) > 0,
      {
        what: "the new timing has led to a run",
      },
    );
  });
});
