import { randomUUID } from "node:crypto";

import { systemClock } from "@drumline/core/clock";
import { parseCrontab } from "@drumline/core/scheduling";
import { Cancel } from "@drumline/core/task";
import { redisIsThere, untilTrue } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type DesiredSchedule, type Ping, runSchedule } from "../src/index.ts";
import { pingLateSchedules } from "../src/pings/ping-late-schedules.ts";
import { pingDeadRuns } from "../src/run/ping-runs.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

const pingUrl = "https://ping.example/s3cret";

describe.each(KINDS)("pings of a schedule on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  const heard: Ping[] = [];
  const pings = { send: (ping: Ping) => void heard.push(ping) };
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  beforeEach(() => void (heard.length = 0));
  afterEach(async () => {
    await engine.stopAll();
    await engine.db.run.deleteMany();
    await engine.db.schedule.deleteMany();
  });
  afterAll(() => engine.close());

  it.each([
    ["success", async () => ({}), ["start", "success"], "FINISHED"],
    ["failure", () => Promise.reject(new Error("s3cret")), ["start", "start", "fail"], "FAILED"],
    ["cancellation", () => Promise.reject(new Cancel("s3cret")), ["start", "fail"], "CANCELLED"],
  ])(
    "tell the start of each try and the %s of the last, without its error",
    async (_what, handler, signals, status) => {
      const task = engine.task(handler, { policies: { retries: 1, backoffMs: 10 } });
      await engine.worker({ pings });
      await engine.beat([engine.schedule(task, 1, { pingUrl })]);
      await untilTrue(() => heard.some(({ signal }) => signal !== "start"), { what: "an end is told" });
      const [run] = await engine.runs(task);
      const ofRun = heard.filter(({ text }) => text.includes(run!.id));
      expect(ofRun.map(({ signal }) => signal)).toEqual(signals);
      expect(ofRun.at(-1)).toEqual({
        url: pingUrl,
        signal: signals.at(-1),
        text: `Run ${run!.id} of ${task.name}, due at ${run!.due_at!.toISOString()}, ended ${status} in try ${signals.length - 1}.`,
      });
      expect(run!.status).toBe(status);
    },
  );

  it("tell the failure of a run whose worker died in its last try, once, whoever reaped it", async () => {
    const untilAborted = ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    const task = engine.task(untilAborted, { policies: { retries: 0 } });
    const hasStatus = (status: string) => async () => (await engine.runs(task))[0]?.status === status;
    await engine.worker();
    await engine.beat([engine.schedule(task, 1, { pingUrl })]);
    await untilTrue(hasStatus("PROCESSING"), { what: "the run has begun" });
    const [run] = await engine.runs(task);
    // As if its worker were gone: the lease is over, and another one's token keeps the worker from renewing it.
    const lost = { leaseToken: randomUUID(), leaseUntil: new Date(0) };
    await engine.db.run.update({ where: { id: run!.id }, data: lost });
    await untilTrue(hasStatus("FAILED"), { what: "it is reaped" });
    await engine.stopAll();
    await Promise.all([1, 2].map(() => pingDeadRuns({ db: engine.db, pings })));
    expect(heard.filter(({ text }) => text.includes(run!.id))).toEqual([
      {
        url: pingUrl,
        signal: "fail",
        text: `Run ${run!.id} of ${task.name}, due at ${run!.due_at!.toISOString()}, ended FAILED in try 1, when its worker died.`,
      },
    ]);
  });

  it("are not sent for a start by hand, and runs go on where nobody sends any", async () => {
    const task = engine.task(async () => ({}));
    const desired = engine.schedule(task, 86_400, { pingUrl });
    await engine.beat([desired]);
    const worker = await engine.worker({ pings });
    const startByHand = () =>
      runSchedule({ ...engine, deduplicate: false, tasks: [task] }, desired.key, { dryRun: false, who: "Ada" });
    const ended = (count: number) => async () =>
      (await engine.runs(task)).filter(({ status }) => status === "FINISHED").length === count;
    await startByHand();
    await untilTrue(ended(1), { what: "the run by hand ends" });
    await worker.stop();
    await engine.worker();
    await startByHand();
    await untilTrue(ended(2), { what: "the run without a sender ends" });
    expect(heard).toEqual([]);
  });

  it("tell of a late occurrence once, whichever workers notice it, and of the next one again", async () => {
    const task = engine.task(async () => ({}));
    const nightly = { kind: "crontab", crontab: parseCrontab("0 3 * * *", "test"), timezone: "UTC" } as const;
    const desired = (name: string, more: Partial<DesiredSchedule>): DesiredSchedule =>
      engine.schedule(task, 60, { key: name, trigger: nightly, ...more });
    const beat = await engine.beat([
      desired("watched", { pingUrl }),
      desired("other", {}),
      desired("off", { pingUrl, enabled: false }),
    ]);
    await beat.stop();
    const setLastDue = (lastDueAt: string) =>
      engine.db.schedule.updateMany({
        data: { anchorAt: new Date("2026-11-01T00:00:00Z"), lastDueAt: new Date(lastDueAt) },
      });
    const look = (now: string) =>
      pingLateSchedules({ db: engine.db, clock: { ...systemClock, now: () => new Date(now) }, pings });

    await setLastDue("2026-11-20T03:00:00Z");
    await look("2026-11-21T03:00:30Z");
    expect(heard).toEqual([]);
    await Promise.all([look("2026-11-21T03:02:00Z"), look("2026-11-21T03:02:00Z")]);
    await look("2026-11-21T03:03:00Z");
    const text = "watched was due at 2026-11-21T03:00:00.000Z and is not done 120 s later. /health/ready says why.";
    expect(heard).toEqual([{ url: pingUrl, signal: "fail", text }]);
    await setLastDue("2026-11-21T03:00:00Z");
    await look("2026-11-22T03:02:00Z");
    expect(heard).toHaveLength(2);
    const { version, pingedLateDueAt } = await engine.db.schedule.findFirstOrThrow({ where: { key: "watched" } });
    expect({ version, pingedLateDueAt }).toEqual({ version: 1, pingedLateDueAt: new Date("2026-11-22T03:00:00Z") });
  });

  it("take a new URL as a change of version that leaves BullMQ's jobs and the clock alone", async () => {
    const task = engine.task(async () => ({}));
    const row = () => engine.db.schedule.findFirstOrThrow({ where: { task: task.name } });
    await (await engine.beat([engine.schedule(task, 3_600)])).stop();
    const before = await row();
    const changing = await engine.beat([engine.schedule(task, 3_600, { pingUrl })]);
    expect(changing.changes.changed).toHaveLength(1);
    await changing.stop();
    const again = await engine.beat([engine.schedule(task, 3_600, { pingUrl })]);
    expect(again.changes.changed).toHaveLength(0);
    const { anchorAt, contentHash } = before;
    expect(await row()).toMatchObject({ pingUrl, version: before.version + 1, anchorAt, contentHash });
  });
});
