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
    expect((await askServer(app, "/")).body).toContain("The database does not answer");
    expect((await askServer(app, "/metrics")).body).toContain("drumline_ready 0");
    await app.close();
  });

  it("reports the queue store when it does not answer", async () => {
    await allLive();
    const queues = { ...api.queues, ping: () => Promise.reject(new Error("connection refused")) };
    const app = await buildServer({ db: api.db, queues, clock: api.clock, ...ordinaryParts });
    const { reasons } = (await askServer(app, "/health/ready")).json();
    expect(reasons).toEqual([{ code: "QUEUES_DOWN", message: "The queue store does not answer: connection refused" }]);
    await app.close();
  });
});
