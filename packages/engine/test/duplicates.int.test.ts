import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { redisIsThere, untilTrue } from "@drumline/testing";

import { startRuns, toDuplicateGuard } from "../src/index.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

/** Alumio's rule: a job is not added while one of the same configuration is Scheduled. */
describe.each(KINDS)("the duplicate guard on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const overlap = { overlap: "allow" } as const;

  it("lets two beats add one run of two schedules of one configuration, and says of the others why not", async () => {
    const task = engine.task(async () => ({}));
    const schedules = ["a", "b"].map((key) => engine.schedule(task, 1, { key: `${key}-${task.name}`, ...overlap }));
    await Promise.all([engine.beat(schedules), engine.beat(schedules)]);
    await untilTrue(async () => (await engine.runs(task)).length >= 6, {
      what: "three occurrences of each are decided",
    });
    await engine.stopAll();
    const runs = await engine.runs(task);
    expect(runs.filter(({ status }) => status === "SCHEDULED")).toHaveLength(1);
    const others = runs.filter(({ status }) => status !== "SCHEDULED");
    expect([...new Set(others.map(({ status, reason_code }) => `${status} ${reason_code}`))]).toEqual([
      "SKIPPED DUPLICATE",
    ]);
    const occurrences = runs.map(({ due_at }) => due_at!.getTime());
    for (const dueMs of occurrences) expect(occurrences.filter((other) => other === dueMs)).toHaveLength(2);
  });

  it("does not count a run that is being worked on", async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => void (goOn = resolve));
    const task = engine.task(async () => (await gate, {}));
    await engine.worker();
    await engine.beat([engine.schedule(task, 1, overlap)]);
    await untilTrue(async () => (await engine.runs(task)).filter(({ status }) => status === "PROCESSING").length >= 2, {
      what: "two of them run at once",
    });
    goOn();
    await engine.stopAll();
    expect((await engine.runs(task)).filter(({ reason_code }) => reason_code === "DUPLICATE")).toEqual([]);
  });

  it("counts a run that waits for its next try, and not the one that was added while it was worked on", async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => void (goOn = resolve));
    const definition = engine.task(async () => {
      await gate;
      throw new Error("not this time");
    });
    const policies = { maxAttempts: 5, backoffMs: 600_000, timeoutMs: 60_000, priority: 0, recordLimit: null };
    const start = async (args: { n?: number } = {}) =>
      (await startRuns({ ...engine, deduplicate: true }, [{ definition, args, policies }]))[0]!;
    const statusOf = async (id: string) => (await engine.db.run.findUniqueOrThrow({ where: { id } })).status;
    const waits = (id: string) =>
      untilTrue(async () => (await engine.db.run.findUniqueOrThrow({ where: { id } })).nextAttemptAt !== null, {
        what: "it waits for its next try",
      });
    await engine.worker({ concurrency: 1 });
    const first = await start();
    await untilTrue(async () => (await statusOf(first.runId)) === "PROCESSING", { what: "the first is worked on" });
    const second = await start();
    expect(second.kind).toBe("started");
    const other = await start({ n: 1 });
    goOn();
    for (const { runId } of [first, second, other]) await waits(runId);
    const keyed = await engine.db.run.count({ where: { task: definition.name, dedupeKey: { not: null } } });
    expect(keyed).toBe(2);
    expect(await start()).toMatchObject({ kind: "duplicate" });
    expect(await start({ n: 1 })).toEqual({ kind: "duplicate", runId: other.runId });
  });

  it("exempts runs of webhooks, whichever waits already", async () => {
    const definition = engine.task(async () => ({}));
    const start = (origin: "MANUAL" | "WEBHOOK") =>
      startRuns({ ...engine, deduplicate: true }, [{ definition, args: {}, origin }]).then(([answer]) => answer!.kind);
    expect(await start("WEBHOOK")).toBe("started");
    expect(await start("MANUAL")).toBe("started");
    expect(await start("WEBHOOK")).toBe("started");
    expect(await start("MANUAL")).toBe("duplicate");
  });

  it("has a switch of its own for the queue integration", async () => {
    const integration = engine.task(async () => ({}), { queue: "integration" });
    const oms = engine.task(async () => ({}));
    const guard = (all: boolean, own: boolean) =>
      toDuplicateGuard({ deduplicateScheduledRuns: all, skipDuplicateIntegrationRuns: own });
    const startTwice = async (definition: typeof oms, deduplicate: ReturnType<typeof guard>) => {
      await startRuns({ ...engine, deduplicate }, [{ definition, args: { n: 1 } }]);
      const [answer] = await startRuns({ ...engine, deduplicate }, [{ definition, args: { n: 1 } }]);
      await engine.db.run.deleteMany({ where: { task: definition.name } });
      return answer!.kind;
    };
    expect(await startTwice(integration, guard(true, false))).toBe("started");
    expect(await startTwice(oms, guard(true, false))).toBe("duplicate");
    expect(await startTwice(integration, guard(false, true))).toBe("duplicate");
    expect(await startTwice(oms, guard(false, true))).toBe("started");
  });
});

describe.each(KINDS)("priority on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterAll(() => engine.close());

  it("lets the higher of two waiting runs go first, whoever started them and in which order", async () => {
    const order: number[] = [];
    const task = engine.task(async ({ args }) => (order.push(args.n!), {}));
    const priorities = [9, 1, 0, 2_097_151, 5, 1];
    for (const [n, priority] of priorities.entries())
      await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: { n }, policies: { priority } }]);
    await engine.worker({ concurrency: 1 });
    await untilTrue(() => order.length === priorities.length, { what: "all have run" });
    expect(order.map((n) => priorities[n])).toEqual([0, 1, 1, 5, 9, 2_097_151]);
    expect(order.indexOf(1)).toBeLessThan(order.indexOf(5));
  });

  it("is a schedule's, and its runs have it", async () => {
    const task = engine.task(async () => ({}), { queue: "shop" });
    await engine.beat([engine.schedule(task, 1, { priority: 42 })]);
    const jobOf = async () => {
      const [run] = await engine.runs(task);
      return run === undefined ? undefined : engine.backend.queue("shop").getJob(`${run.id}.1`);
    };
    await untilTrue(async () => (await jobOf()) !== undefined, { what: "its first run is on the queue" });
    await engine.stopAll();
    expect((await jobOf())?.opts.priority).toBe(42);
    const rows = await engine.db.run.findMany({ where: { task: task.name }, select: { priority: true } });
    expect(new Set(rows.map(({ priority }) => priority))).toEqual(new Set([42]));
  });
});
