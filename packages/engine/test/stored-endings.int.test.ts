import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { Snooze, type TaskResult } from "@drumline/core/task";
import { Prisma } from "@drumline/db";
import { untilTrue } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

let engine: Engine;
beforeAll(async () => void (engine = (await openEngine("postgres"))!));
afterEach(() => engine.stopAll());
afterAll(() => engine.close());

type Task = ReturnType<Engine["task"]>;

const start = async (...tasks: Task[]) =>
  await startRuns(
    { ...engine, deduplicate: false },
    tasks.map((definition) => ({ definition, args: {} })),
  );
const runOf = async (task: Task) => (await engine.runs(task))[0]!;
const untilStatus = (task: Task, status: string) =>
  untilTrue(async () => (await runOf(task)).status === status, { what: `the run is ${status}` });
const failing = (thrown: unknown) =>
  engine.task(
    async () => {
      throw thrown;
    },
    { policies: { retries: 0 } },
  );
const returning = (result: unknown) => engine.task(async () => result as TaskResult, { policies: { retries: 0 } });

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

function circle(): object {
  const self: Record<string, unknown> = {};
  self["self"] = self;
  return self;
}

describe("the end of a run", () => {
  it.each([
    ["an emoji at the 200th character", `${"x".repeat(199)}😀${"y".repeat(50)}`, /x😀y/],
    ["a NUL", "before\0after", /before\ufffdafter/],
    ["half an emoji", "before\ud83d", /before\ufffd$/],
    ["30 MB", "z".repeat(30_000_000), /^z{9000,}…$/],
  ])("is FAILED with its own error, be there %s in it", async (_, text, expected) => {
    const task = failing(new Error(text));
    const innocent = returning({ done: 1 });
    await start(task, innocent);
    await engine.worker();
    await untilStatus(task, "FAILED");
    await untilStatus(innocent, "FINISHED");
    const { error, attempt } = await runOf(task);
    expect(error).toMatch(expected);
    expect(attempt).toBe(1);
    expect(await runOf(innocent)).toMatchObject({ attempt: 1, result: { done: 1 }, error: null });
  });

  it("is FAILED when what was thrown has no text, or is its own cause", async () => {
    const nameless = failing(Object.create(null));
    const itself = new Error("round");
    itself.cause = itself;
    const round = failing(itself);
    await start(nameless, round);
    await engine.worker();
    await untilStatus(nameless, "FAILED");
    await untilStatus(round, "FAILED");
    expect((await runOf(nameless)).error).toBe("something was thrown that has no text");
    expect((await runOf(round)).error).toMatch(/^round \(because: round/);
  });

  it.each([
    ["a bigint", { id: 9_007_199_254_740_993n }, { id: "9007199254740993" }],
    ["a circle", circle(), { self: "[circular]" }],
    ["NUL and half an emoji", { "k\0": "v\ud800" }, { "k\ufffd": "v\ufffd" }],
    ["nothing", undefined, null],
  ])("is FINISHED with a result that can be stored, be it %s", async (_, result, stored) => {
    const task = returning(result);
    await start(task);
    await engine.worker();
    await untilStatus(task, "FINISHED");
    expect((await runOf(task)).result).toEqual(stored);
  });

  it("is FINISHED with a bounded result when the handler returns 50,000 levels", async () => {
    const task = returning({ deep: nested(50_000) });
    await start(task);
    await engine.worker();
    await untilStatus(task, "FINISHED");
    expect(JSON.stringify((await runOf(task)).result)).toContain("[too deep]");
  });

  it("keeps what the handler said on the way, whatever that is", async () => {
    const task = engine.task(async ({ log, progress, reportProblem }) => {
      log.warn({ deep: nested(50_000), big: 1n, circle: circle() }, "a\0b");
      progress(Number.NaN);
      reportProblem({ recordId: "4\0 2", error: `${"x".repeat(999)}😀` });
      reportProblem({ recordId: "43", error: `\udc00${"y".repeat(5_000)}` });
      return {};
    });
    await start(task);
    await engine.worker();
    await untilStatus(task, "FINISHED");
    const row = await engine.db.run.findFirstOrThrow({ where: { task: task.name }, include: { logs: true } });
    expect(row.logs).toMatchObject([{ message: "a\ufffdb", fields: { big: "1", circle: { self: "[circular]" } } }]);
    expect(row.problems).toEqual([
      { recordId: "4\ufffd 2", error: `${"x".repeat(999)}😀` },
      { recordId: "43", error: expect.stringMatching(/^\ufffdy{900,}…$/) },
    ]);
  });

  it.each([
    [1e20, 23 * 3_600_000, 25 * 3_600_000],
    [Number.POSITIVE_INFINITY, 23 * 3_600_000, 25 * 3_600_000],
    [Number.NaN, 5_000, 60_000],
    [-1, 0, 10_000],
  ])("is a snooze of at most a day after Snooze(%d)", async (delayMs, least, most) => {
    const task = failing(new Snooze(delayMs, "asked for silence"));
    await start(task);
    const before = Date.now();
    await engine.worker();
    await untilTrue(async () => (await runOf(task)).dispatch_no >= 2, { what: "the run is back on the queue" });
    const { nextAttemptAt, error } = await engine.db.run.findFirstOrThrow({ where: { task: task.name } });
    expect(error).toBe("asked for silence");
    expect(nextAttemptAt!.getTime() - before).toBeGreaterThanOrEqual(least);
    expect(nextAttemptAt!.getTime() - before).toBeLessThan(most);
  });
});

describe("an end that the database refuses", () => {
  const refuse = (name: string, check: string) =>
    engine.db.$executeRaw(Prisma.raw(`ALTER TABLE run ADD CONSTRAINT ${name} CHECK (${check}) NOT VALID`));
  const accept = (name: string) => engine.db.$executeRaw(Prisma.raw(`ALTER TABLE run DROP CONSTRAINT ${name}`));

  it("ends FAILED alone, with its own error and the refusal; the others of its batch end as they would", async () => {
    const guilty = failing(new Error("the true error, refuse me"));
    const innocents = Array.from({ length: 20 }, (_, index) => returning({ index }));
    await refuse("refused_error", "error IS NULL OR error NOT LIKE '%refuse me'");
    await start(...innocents.slice(0, 10), guilty, ...innocents.slice(10));
    await engine.worker({ concurrency: 30 });
    await untilStatus(guilty, "FAILED");
    for (const innocent of innocents) await untilStatus(innocent, "FINISHED");
    await accept("refused_error");
    expect((await runOf(guilty)).error).toMatch(/^the true error, refuse me \(its result.*refused_error/);
    for (const innocent of innocents) expect(await runOf(innocent)).toMatchObject({ attempt: 1, error: null });
  });

  it("is reduced to its status and a plain word where even its error is refused", async () => {
    const guilty = failing(new Error("unspeakable"));
    await refuse("refused_error", "error IS NULL OR error NOT LIKE '%unspeakable%'");
    await start(guilty);
    await engine.worker();
    await untilStatus(guilty, "FAILED");
    await accept("refused_error");
    expect((await runOf(guilty)).error).toBe(
      "the database refused to store how this try ended; the worker's log has the reason",
    );
  });

  it("costs no other run its lease when it is progress that is refused", async () => {
    let release = () => {};
    const mayEnd = new Promise<void>((resolve) => (release = resolve));
    const guilty = engine.task(async ({ progress }) => {
      progress(666);
      await mayEnd;
      return {};
    });
    const innocent = engine.task(async ({ log }) => {
      log.info({}, "still here");
      await mayEnd;
      return {};
    });
    await refuse("refused_progress", "progress IS NULL OR progress->>'done' <> '666'");
    await start(guilty, innocent);
    await engine.worker({ leaseMs: 400 });
    const lines = () => engine.db.runLog.count({ where: { run: { task: innocent.name } } });
    await untilTrue(async () => (await lines()) === 1, { what: "the innocent's line is written with its lease" });
    const renewedAt = async (task: Task) =>
      (await engine.db.run.findFirstOrThrow({ where: { task: task.name } })).leaseUntil!.getTime();
    const before = await renewedAt(guilty);
    await untilTrue(async () => (await renewedAt(guilty)) > before, { what: "the guilty one's lease is renewed" });
    release();
    await untilStatus(guilty, "FINISHED");
    await untilStatus(innocent, "FINISHED");
    await accept("refused_progress");
  });
});

describe("log lines", () => {
  it("are neither lost nor doubled when writing them fails on the way and the run is tried again", async () => {
    let release = () => {};
    const mayGoOn = new Promise<void>((resolve) => (release = resolve));
    let tries = 0;
    const task = engine.task(
      async ({ log }) => {
        tries += 1;
        for (let no = 1; no <= 3; no += 1) log.info({ no }, `try ${tries}`);
        if (tries > 1) return {};
        await mayGoOn;
        log.info({ no: 4 }, "try 1");
        throw new Error("again");
      },
      { policies: { retries: 1, backoffMs: 10 } },
    );
    await engine.db.$executeRaw(Prisma.raw(`ALTER TABLE run_log RENAME TO run_log_away`));
    await start(task);
    const failures: string[] = [];
    const log = {
      debug() {},
      info() {},
      error() {},
      warn: (_: object, message: string) => void failures.push(message),
    };
    await engine.worker({ leaseMs: 400, log });
    await untilTrue(() => failures.includes("leases not renewed; trying again"), { what: "writing lines has failed" });
    await engine.db.$executeRaw(Prisma.raw(`ALTER TABLE run_log_away RENAME TO run_log`));
    const written = () => engine.db.runLog.findMany({ where: { run: { task: task.name } }, orderBy: { id: "asc" } });
    await untilTrue(async () => (await written()).length === 3, { what: "the lines are there" });
    release();
    await untilStatus(task, "FINISHED");
    const said = (await written()).map(({ message, fields }) => [message, fields]);
    const line = (which: number, no: number) => [`try ${which}`, { no }];
    expect(said).toEqual([
      ...[1, 2, 3, 4].map((no) => line(1, no)),
      [
        expect.stringMatching(/^try 1 of 2 failed; it goes on in \d+ s$/),
        { endedTry: 1, ending: "RETRY", error: "again" },
      ],
      ...[1, 2, 3].map((no) => line(2, no)),
    ]);
  });
});

describe("arguments", () => {
  it("that cannot be stored are refused before anything is written", async () => {
    const { z } = await import("zod");
    const task = engine.task(async () => ({}), { args: z.strictObject({ text: z.string() }) });
    const starting = startRuns({ ...engine, deduplicate: false }, [{ definition: task, args: { text: "a\0" } }]);
    await expect(starting).rejects.toThrow(/text: holds a NUL character/);
    expect(await engine.runs(task)).toEqual([]);
  });
});
