import { QueueNotWritable } from "@drumline/core/queue";
import { openDatabase } from "@drumline/db";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { insertHeartbeat, insertRun, insertSchedule } from "../../test/ledger-rows.ts";
import { buildServer } from "../server.ts";

describe("health", () => {
  let api: ApiUnderTest;
  beforeEach(async () => void (api = await apiUnderTest()));
  afterEach(() => api.close());

  const readiness = async () => {
    const response = await api.ask("/health/ready");
    return { status: response.status, codes: response.json().reasons.map(({ code }: { code: string }) => code) };
  };
  const allLive = () => Promise.all([insertHeartbeat(api.db, "beat"), insertHeartbeat(api.db, "worker")]);

  it("is ready while beat and worker live and nothing is late", async () => {
    await allLive();
    await insertSchedule(api.db, "fresh", api.clock.now());
    expect(await readiness()).toEqual({ status: 200, codes: [] });
  });

  it("warns of a process whose event loop was held, names it, shows it to Prometheus, and stays green", async () => {
    await allLive();
    const eventLoop = { p50Ms: 1.5, p99Ms: 400, maxMs: 2_500, minuteP99Ms: 250.1 };
    await api.db.processHeartbeat.updateMany({ where: { kind: "worker" }, data: { info: { eventLoop } } });
    const ready = await api.ask("/health/ready");
    expect([ready.status, ready.json()]).toMatchObject([
      200,
      { reasons: [], warnings: [{ code: "EVENT_LOOP", message: expect.stringContaining("worker@test:1") }] },
    ]);
    const { body } = await api.ask("/metrics");
    expect(body).toContain('drumline_event_loop_delay_seconds{kind="worker",id="worker@test:1",quantile="1"} 2.5');
    const calm = { ...eventLoop, minuteP99Ms: 250 };
    await api.db.processHeartbeat.updateMany({ where: { kind: "worker" }, data: { info: { eventLoop: calm } } });
    expect((await api.ask("/health/ready")).json().warnings).toEqual([]);
  });

  it("shows Prometheus what each worker counted of each task, and passes over one that does not count", async () => {
    await allLive();
    const totals = {
      bounds: [0.1, 5],
      tasks: [
        {
          task: "a.task",
          ended: { FINISHED: 7, FAILED: 1 },
          duration: { counts: [4, 3, 1], sumMs: 61_500 },
          lateness: { counts: [8, 0, 0], sumMs: 80 },
        },
      ],
    };
    await api.db.processHeartbeat.updateMany({ where: { kind: "worker" }, data: { info: { totals } } });
    const { body } = await api.ask("/metrics");
    for (const line of [
      "# TYPE drumline_task_runs_total counter",
      'drumline_task_runs_total{task="a.task",status="FINISHED",worker="worker@test:1"} 7',
      'drumline_task_runs_total{task="a.task",status="FAILED",worker="worker@test:1"} 1',
      'drumline_task_duration_seconds_bucket{task="a.task",worker="worker@test:1",le="0.1"} 4',
      'drumline_task_duration_seconds_bucket{task="a.task",worker="worker@test:1",le="5"} 7',
      'drumline_task_duration_seconds_bucket{task="a.task",worker="worker@test:1",le="+Inf"} 8',
      'drumline_task_duration_seconds_sum{task="a.task",worker="worker@test:1"} 61.5',
      'drumline_task_duration_seconds_count{task="a.task",worker="worker@test:1"} 8',
      'drumline_task_lateness_seconds_sum{task="a.task",worker="worker@test:1"} 0.08',
    ])
      expect(body.split("\n")).toContain(line);
    await api.db.processHeartbeat.updateMany({ where: { kind: "worker" }, data: { info: { totals: "none" } } });
    expect((await api.ask("/metrics")).body).not.toContain("a.task");
  });

  it("goes red when nobody has been heard of", async () => {
    expect(await readiness()).toEqual({ status: 503, codes: ["NO_BEAT", "NO_WORKER"] });
  });

  it("takes a process that fell silent for dead", async () => {
    await insertHeartbeat(api.db, "beat", 60);
    await insertHeartbeat(api.db, "worker");
    expect(await readiness()).toEqual({ status: 503, codes: ["NO_BEAT"] });
  });

  it("goes red when an occurrence without a run is past its grace", async () => {
    await allLive();
    await insertSchedule(api.db, "forgotten", new Date(api.clock.now().getTime() - 10_000));
    api.clock.advance(60_000);
    expect(await readiness()).toEqual({ status: 200, codes: [] });
    api.clock.advance(1);
    expect(await readiness()).toEqual({ status: 503, codes: ["LATE"] });
  });

  it("goes red while a run goes out alone since its workers died, and counts such deaths by task", async () => {
    await allLive();
    const id = await insertRun(api.db, { status: "SCHEDULED", createdAt: api.clock.now(), task: "a.deadly.task" });
    const death = { deaths: 1, lastDeathAt: new Date(), lastDeath: "worker worker@a:1 stopped showing life" };
    await api.db.run.update({ where: { id }, data: death });
    expect(await readiness()).toEqual({ status: 200, codes: [] });
    await api.db.run.update({ where: { id }, data: { deaths: 2, runsAlone: true } });
    expect(await readiness()).toEqual({ status: 503, codes: ["KILLS_WORKERS"] });
    const { body } = await api.ask("/metrics");
    expect(body).toContain('drumline_runs_with_worker_deaths_last_hour{task="a.deadly.task"} 1');
    expect(body).toContain(`drumline_run_worker_deaths{task="a.deadly.task",run="${id}"} 2`);
    await api.db.run.update({ where: { id }, data: { status: "FINISHED", runsAlone: false } });
    expect(await readiness()).toEqual({ status: 200, codes: [] });
  });

  it("says nothing of a paused schedule while its pause lasts, and no longer", async () => {
    await allLive();
    const pausedAt = new Date(api.clock.now().getTime() - 10_000);
    const id = await insertSchedule(api.db, "paused", pausedAt);
    const pausedUntil = new Date(api.clock.now().getTime() + 120_000);
    await api.db.schedule.update({ where: { id }, data: { pausedAt, pausedUntil, pausedBy: "Ada" } });
    api.clock.advance(119_000);
    expect(await readiness()).toEqual({ status: 200, codes: [] });
    api.clock.advance(1_000);
    expect(await readiness()).toEqual({ status: 503, codes: ["LATE"] });
  });

  it("goes red when a run waits for a worker past its grace, and says which schedule", async () => {
    await allLive();
    const anchorAt = api.clock.now();
    const dueAt = new Date(anchorAt.getTime() + 10_000);
    const scheduleId = await insertSchedule(api.db, "stuck", anchorAt);
    await api.db.schedule.update({
      where: { id: scheduleId },
      data: { lastDueAt: new Date(anchorAt.getTime() + 70_000) },
    });
    await insertRun(api.db, { status: "SCHEDULED", scheduleId, dueAt, createdAt: dueAt });
    api.clock.advance(75_000);
    const response = await api.ask("/health/ready");
    expect(response.status).toBe(503);
    expect(response.json().reasons[0].message).toMatch(/^stuck was due at .* and has waited 65 s for a worker$/);
  });

  const redReasons = async () => (await api.ask("/health/ready")).json().reasons;

  it("names the task that no living worker has, and its schedule as late for that reason", async () => {
    await allLive();
    const id = await insertRun(api.db, { status: "SCHEDULED", createdAt: api.clock.now(), task: "shop.new.task" });
    await api.db.run.update({ where: { id }, data: { reasonCode: "NO_WORKER" } });
    expect(await redReasons()).toEqual([
      {
        code: "NO_WORKER",
        message:
          "No living worker has the task shop.new.task on the queue oms: 1 run waits. Start one of a release that has it.",
      },
    ]);
    expect((await api.ask("/metrics")).body).toContain('drumline_runs_without_worker{task="shop.new.task"} 1');
  });

  it("names the schedule whose task no beat knows, unless it is paused, and calls it late no more", async () => {
    await allLive();
    const id = await insertSchedule(api.db, "by-sql", new Date(api.clock.now().getTime() - 3_600_000));
    await api.db.schedule.update({ where: { id }, data: { disabledReason: "no living beat knows its task x" } });
    const [reason, ...others] = await redReasons();
    expect(others).toEqual([]);
    expect(reason).toMatchObject({
      code: "UNKNOWN_TASK",
      message: expect.stringMatching(/by-sql does not run: no living/),
    });
    expect((await api.ask("/api/v1/schedules/by-sql")).json()).toMatchObject({
      enabled: true,
      disabledReason: "no living beat knows its task x",
      nextDueAt: null,
    });
    await api.db.schedule.update({ where: { id }, data: { pausedAt: api.clock.now(), pausedBy: "Ada" } });
    expect(await redReasons()).toEqual([]);
  });

  it("goes red when an open run waits longer than three intervals, and says what for", async () => {
    await allLive();
    const anchorAt = api.clock.now();
    const dueAt = new Date(anchorAt.getTime() + 10_000);
    const scheduleId = await insertSchedule(api.db, "oms.orders", anchorAt);
    await api.db.schedule.update({
      where: { id: scheduleId },
      data: { everyMs: 60_000n, lastDueAt: new Date(anchorAt.getTime() + 600_000) },
    });
    const id = await insertRun(api.db, { status: "SCHEDULED", scheduleId, dueAt, createdAt: dueAt });
    const silentUntil = new Date(anchorAt.getTime() + 3_600_000);
    const snoozed = { startedAt: dueAt, nextAttemptAt: silentUntil, error: "Omnitron asked for silence" };
    await api.db.run.update({ where: { id }, data: snoozed });
    api.clock.advance(190_000);
    expect(await redReasons()).toEqual([]);
    api.clock.advance(1_000);
    expect(await redReasons()).toEqual([
      {
        code: "LATE",
        message: `oms.orders was due at ${dueAt.toISOString()} and waits until ${silentUntil.toISOString()} because: Omnitron asked for silence`,
      },
    ]);
  });

  it("tells a database that is away from one that is slow to start, and stays alive", async () => {
    const db = openDatabase("postgresql://nobody@127.0.0.1:1/nowhere");
    const app = await buildServer({ db, queues: api.queues, clock: api.clock, ...ordinaryParts });
    const ready = await askServer(app, "/health/ready");
    expect(ready.status).toBe(503);
    expect(ready.json().reasons).toMatchObject([{ code: "DATABASE_DOWN" }]);
    expect((await askServer(app, "/health/live")).status).toBe(200);
    const runs = await askServer(app, "/api/v1/runs");
    expect(runs.status).toBe(503);
    expect(runs.json()).toMatchObject({ status: 503, detail: expect.stringContaining("The database does not answer") });
    expect((await askServer(app, "/metrics")).body).toContain("drumline_ready 0");
    await app.close();
  });

  it("goes red with the true cause when a database answers and cannot be written to", async () => {
    const url = new URL(api.databaseUrl);
    url.searchParams.set("options", "-c default_transaction_read_only=on");
    const db = openDatabase(url.href);
    const queues = { ...api.queues, ping: () => Promise.reject(new QueueNotWritable("OOM command not allowed")) };
    const app = await buildServer({ db, queues, clock: api.clock, ...ordinaryParts });
    const ready = await askServer(app, "/health/ready");
    expect([ready.status, ready.json().reasons]).toEqual([
      503,
      [
        {
          code: "QUEUES_DOWN",
          message:
            "The queue backend cannot be written to: OOM command not allowed. Its memory is full: raise maxmemory.",
        },
        {
          code: "DATABASE_DOWN",
          message: expect.stringMatching(/^The database cannot be written to: default_transaction_read_only is on/),
        },
      ],
    ]);
    await app.close();
    await db.$disconnect();
  });

  it("asks the databases once a second for any number of strangers", async () => {
    await allLive();
    let looks = 0;
    const queues = { ...api.queues, ping: async () => void (looks += 1) };
    const parts = { db: api.db, queues, clock: api.clock, ...ordinaryParts, healthKeptMs: 1_000 };
    const app = await buildServer(parts);
    const ask = (path: string) => askServer(app, path, { anonymous: true });
    await askServer(app, "/health/live");
    await Promise.all(Array.from({ length: 20 }, () => ask("/health/ready")));
    api.clock.advance(999);
    await ask("/health/ready");
    expect(looks).toBe(1);
    api.clock.advance(1);
    await ask("/health/ready");
    expect(looks).toBe(2);
    api.clock.advance(-60_000);
    await ask("/health/ready");
    expect(looks).toBe(3);
    await app.close();
  });

  it("reports the queue backend when it does not answer", async () => {
    await allLive();
    const queues = { ...api.queues, ping: () => Promise.reject(new Error("connection refused")) };
    const app = await buildServer({ db: api.db, queues, clock: api.clock, ...ordinaryParts });
    const { reasons } = (await askServer(app, "/health/ready")).json();
    expect(reasons).toEqual([
      { code: "QUEUES_DOWN", message: "The queue backend does not answer: connection refused" },
    ]);
    await app.close();
  });
});
