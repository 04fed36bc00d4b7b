import { randomUUID } from "node:crypto";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { Prisma, type RetentionRule } from "@drumline/db";
import { drumlineTasks, requireTask } from "@drumline/tasks";
import { untilTrue } from "@drumline/testing";

import { maintenanceHandlers, registerTasks, reserveKey, startRuns, toEngineRetention } from "../src/index.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

const TASK = "drumline.maintenance.tasks.delete_old_records";
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe("deleting old records", () => {
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine("postgres"))!));
  beforeEach(async () => {
    await engine.db.$executeRaw(
      Prisma.sql`TRUNCATE run, schedule_change, schedule, api_token, maintenance_window CASCADE`,
    );
  });
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const rules = (days: Partial<Parameters<typeof toEngineRetention>[0]> = {}) =>
    toEngineRetention({
      ledgerRetentionDays: 90,
      scheduleChangeRetentionDays: 90,
      tokenRetentionDays: 90,
      securityEventRetentionDays: 180,
      maintenanceRetentionDays: 90,
      ...days,
    });

  /** Lets a worker do the task, and answers its run. */
  async function clean(retention: readonly RetentionRule[], options: { dryRun?: boolean } = {}) {
    await engine.worker({ tasks: registerTasks(drumlineTasks, maintenanceHandlers, { retention }) });
    const [answer] = await startRuns({ ...engine, deduplicate: false }, [
      { definition: requireTask(TASK), args: {}, policies: { ...oneTry, recordLimit: null }, ...options },
    ]);
    const load = () => engine.db.run.findUniqueOrThrow({ where: { id: answer!.runId } });
    await untilTrue(async () => !["SCHEDULED", "PROCESSING"].includes((await load()).status), {
      what: "the task has ended",
    });
    return load();
  }

  const none = {
    schedule_change: 0,
    maintenance_period: 0,
    maintenance_change: 0,
    maintenance_window: 0,
    idempotency_key: 0,
    security_event: 0,
    api_session: 0,
    sign_in_link: 0,
    api_token: 0,
  };
  const oneTry = { maxAttempts: 1, backoffMs: 0, timeoutMs: 60_000, priority: 0 };

  const insertRun = async (
    status: "FINISHED" | "MISSED" | "SCHEDULED" | "PROCESSING",
    createdAt: Date,
    finishedAt?: Date,
  ) => {
    const id = randomUUID();
    await engine.db.run.create({
      data: {
        id,
        task: "t",
        queue: "shop",
        origin: "MANUAL",
        status,
        timeoutMs: 1_000n,
        createdAt,
        finishedAt: finishedAt ?? null,
        // A lease of its own, so that no sweep takes it.
        ...(status === "PROCESSING" ? { leaseUntil: new Date(Date.now() + 3_600_000) } : {}),
        logs: { create: { at: createdAt, level: "info", message: "said" } },
      },
    });
    return id;
  };

  it("deletes ended runs with their lines, and never an open one or one that ended lately", async () => {
    await insertRun("FINISHED", daysAgo(91), daysAgo(91));
    await insertRun("MISSED", daysAgo(91));
    const kept = [
      await insertRun("FINISHED", daysAgo(89), daysAgo(89)),
      await insertRun("FINISHED", daysAgo(91), daysAgo(1)),
      await insertRun("SCHEDULED", daysAgo(400)),
      await insertRun("PROCESSING", daysAgo(400)),
    ];
    const run = await clean(rules());
    expect(run).toMatchObject({ status: "FINISHED", result: { deleted: { run: 2 } } });
    const left = await engine.db.run.findMany({ where: { task: "t" }, select: { id: true } });
    expect(left.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
    expect(await engine.db.runLog.count({ where: { message: "said" } })).toBe(4);
  });

  it("only counts in a dry run, and leaves what is to be kept for ever", async () => {
    await insertRun("FINISHED", daysAgo(4_000), daysAgo(4_000));
    expect((await clean(rules(), { dryRun: true })).result).toEqual({
      wouldDelete: { run: 1, bulk_action: 0, ...none },
    });
    await engine.stopAll();
    expect((await clean(rules({ ledgerRetentionDays: 0 }))).result).toEqual({
      deleted: none,
    });
    expect(await engine.db.run.count({ where: { task: "t" } })).toBe(1);
  });

  it("keeps the last change of each schedule, active tokens, and revoked ones that a kept change names", async () => {
    const task = engine.task(async () => ({}));
    await (await engine.beat([engine.schedule(task, 3_600)])).stop();
    const { id: scheduleId } = await engine.db.schedule.findFirstOrThrow();
    await engine.db.scheduleChange.createMany({
      data: [
        { scheduleId, action: "CREATE", changedBy: "gone", changedAt: daysAgo(300), version: 1 },
        { scheduleId, action: "UPDATE", changedBy: "named", changedAt: daysAgo(200), version: 2 },
      ],
    });
    const token = (name: string, revokedAt: Date | null) => ({
      id: randomUUID(),
      name,
      hash: name,
      role: "viewer" as const,
      revokedAt,
    });
    await engine.db.apiToken.createMany({
      data: [
        token("active", null),
        token("gone", daysAgo(91)),
        token("named", daysAgo(91)),
        token("late", daysAgo(89)),
      ],
    });
    expect((await clean(rules())).result).toEqual({
      deleted: { ...none, run: 0, bulk_action: 0, schedule_change: 1, api_token: 1 },
    });
    expect((await engine.db.scheduleChange.findMany()).map(({ version }) => version)).toEqual([2]);
    expect((await engine.db.apiToken.findMany({ orderBy: { name: "asc" } })).map(({ name }) => name)).toEqual([
      "active",
      "late",
      "named",
    ]);
  });

  it("deletes the history of maintenance windows, and those windows of which nothing is left and nothing comes", async () => {
    const window = async (name: string, timing: object, ends: readonly Date[], changes: readonly Date[]) => {
      const id = randomUUID();
      const said = { name, reason: "upgrade", queues: [], scheduleIds: [] };
      await engine.db.maintenanceWindow.create({
        data: {
          id,
          ...said,
          ...timing,
          createdAt: daysAgo(400),
          periods: {
            create: ends.map((endsAt) => ({
              ...said,
              startsAt: new Date(endsAt.getTime() - 1_000),
              endsAt,
              plannedEndAt: endsAt,
            })),
          },
          changes: {
            create: changes.map((changedAt, at) => ({
              action: at === 0 ? "CREATE" : "UPDATE",
              changedBy: "ops",
              changedAt,
              why: "upgrade",
              version: at + 1,
              after: {},
            })),
          },
        },
      });
    };
    const weekly = { crontab: "0 3 * * 0", timezone: "UTC", durationMs: 60_000n };
    const once = (endsAt: Date) => ({ startsAt: new Date(endsAt.getTime() - 1_000), endsAt });
    await window("weekly", weekly, [daysAgo(91), daysAgo(1), daysAgo(-7)], [daysAgo(300), daysAgo(200)]);
    await window("closed", { ...weekly, closedAt: daysAgo(95) }, [daysAgo(99)], [daysAgo(300), daysAgo(95)]);
    await window("over", once(daysAgo(91)), [daysAgo(91)], [daysAgo(92)]);
    await window("lately", once(daysAgo(89)), [daysAgo(89)], [daysAgo(92)]);
    expect((await clean(rules())).result).toEqual({
      deleted: {
        ...none,
        run: 0,
        bulk_action: 0,
        maintenance_period: 3,
        maintenance_change: 4,
        maintenance_window: 2,
      },
    });
    expect((await engine.db.maintenanceWindow.findMany()).map(({ name }) => name).toSorted()).toEqual([
      "lately",
      "weekly",
    ]);
    expect(
      (await engine.db.maintenanceChange.findMany({ orderBy: { id: "asc" } })).map(({ version }) => version),
    ).toEqual([2, 1]);
  });

  it("deletes keys of requests after a day, those without an answer too", async () => {
    const request = (key: string) => ({ actor: "ops", key, route: "POST /x", body: null });
    await reserveKey(engine.db, request("yesterday"), daysAgo(1.01));
    await reserveKey(engine.db, request("today"), daysAgo(0.99));
    expect((await clean(rules())).result).toMatchObject({ deleted: { idempotency_key: 1 } });
    expect(await engine.db.idempotencyKey.findMany()).toMatchObject([{ key: "today" }]);
  });

  it("goes on with the other tables when one fails, says which, and fails itself when all do", async () => {
    await insertRun("FINISHED", daysAgo(91), daysAgo(91));
    const broken: RetentionRule = { ...rules()[0]!, table: "no_such_table" };
    const run = await clean([broken, rules()[0]!]);
    expect(run).toMatchObject({ status: "FINISHED", result: { deleted: { run: 1 } }, problemCount: 1 });
    expect(run.problems).toMatchObject([{ recordId: "no_such_table" }]);
    await engine.stopAll();
    expect(await clean([broken])).toMatchObject({ status: "FAILED", error: expect.stringContaining("no_such_table") });
  });
});
