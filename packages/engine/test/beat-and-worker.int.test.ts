import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { redisIsThere, untilTrue } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { type Engine, KINDS, openEngine } from "./engine-fixture.ts";

describe.each(KINDS)("beat and worker on %s", (kind) => {
  if (kind === "redis" && !redisIsThere()) {
    it.skip("needs a redis-server or valkey-server on PATH", () => {});
    return;
  }
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine(kind))!));
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  it("runs a schedule again and again at its anchored instants, once each, with two beats side by side", async () => {
    const task = engine.task(async () => ({ done: 1 }));
    const desired = [engine.schedule(task, 1, { overlap: "allow" })];
    const beats = [await engine.beat(desired), await engine.beat(desired)];
    const worker = await engine.worker();
    const finished = async () => (await engine.runs(task)).filter(({ status }) => status === "FINISHED");
    await untilTrue(async () => (await finished()).length >= 3, { what: "three occurrences have run" });
    await Promise.all([...beats, worker].map((process) => process.stop()));
    const dues = (await engine.runs(task)).map(({ due_at }) => due_at!.getTime());
    expect(new Set(dues).size).toBe(dues.length);
    for (const [index, due] of dues.entries()) expect(due - dues[0]!).toBe(index * 1_000);
    expect((await finished())[0]).toMatchObject({ result: { done: 1 }, attempt: 1 });
  });

  it("starts a run by hand and keeps what its handler said", async () => {
    const task = engine.task(async ({ args, log, progress, reportProblem }) => {
      log.info({ page: 1 }, "page read");
      progress(3, 10);
      reportProblem({ recordId: "42", error: "negative quantity" });
      return { doubled: (args.n ?? 0) * 2 };
    });
    await engine.worker();
    const [answer] = await startRuns({ ...engine, deduplicate: true }, [
      { definition: task, args: { n: 21 }, requestedBy: "somebody" },
    ]);
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "FINISHED", { what: "the run has ended" });
    expect((await engine.runs(task))[0]).toMatchObject({
      id: answer!.runId,
      origin: "MANUAL",
      result: { doubled: 42 },
      problem_count: 1,
    });
    const lines = await engine.db.runLog.findMany({ where: { runId: answer!.runId } });
    expect(lines).toMatchObject([{ level: "info", message: "page read", fields: { page: 1 } }]);
  });

  it("names the waiting run instead of adding a second one of the same configuration", async () => {
    const task = engine.task(async () => ({}), { queue: "shop" });
    const start = () => startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: { n: 1 } }]);
    const [first] = await start();
    expect(await start()).toEqual([{ kind: "duplicate", runId: first!.runId }]);
    const other = await startRuns({ ...engine, deduplicate: true }, [
      { definition: task, args: { n: 2 } },
      { definition: task, args: { n: 1 }, origin: "WEBHOOK" },
    ]);
    expect(other.map((answer) => answer.kind)).toEqual(["started", "started"]);
    expect(await engine.runs(task)).toHaveLength(3);
  });

  it("retries a failure with backoff and keeps its count of tries", async () => {
    let tries = 0;
    const task = engine.task(
      async () => {
        tries += 1;
        if (tries < 3) throw new Error("carrier is away");
        return { tries };
      },
      { policies: { retries: 3, backoffMs: 50 } },
    );
    await engine.worker();
    await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "FINISHED", {
      what: "the third try has ended",
    });
    expect((await engine.runs(task))[0]).toMatchObject({ attempt: 3, result: { tries: 3 } });
  });

  it("comes back after a snooze without using up a try", async () => {
    const { Snooze } = await import("@drumline/core/task");
    let tries = 0;
    const task = engine.task(
      async () => {
        tries += 1;
        if (tries === 1) throw new Snooze(50, "rate limited");
        return {};
      },
      { policies: { retries: 0 } },
    );
    await engine.worker();
    await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "FINISHED", { what: "the run has ended" });
    expect((await engine.runs(task))[0]).toMatchObject({ attempt: 1, dispatch_no: 2 });
  });

  it("aborts a handler that takes too long, and keeps the run open until it has settled", async () => {
    const task = engine.task(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
      { timeoutMs: 100, policies: { retries: 0 } },
    );
    await engine.worker();
    await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "TIMED_OUT", {
      what: "the run has timed out",
    });
    expect((await engine.runs(task))[0]!.error).toMatch(/took longer than 100 ms/);
  });

  it("spreads a big run over chunks that belong to it", async () => {
    const task = engine.task(async ({ run, askForHelpers }) => {
      await askForHelpers(3);
      return { chunk: run.chunk?.no ?? 0 };
    });
    await engine.worker();
    const [answer] = await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    await untilTrue(async () => (await engine.runs(task)).filter(({ status }) => status === "FINISHED").length === 4, {
      what: "all four have ended",
    });
    const chunks = (await engine.runs(task)).filter(({ parent_id }) => parent_id === answer!.runId);
    expect(chunks.map(({ result }) => result)).toEqual(
      expect.arrayContaining([{ chunk: 1 }, { chunk: 2 }, { chunk: 3 }]),
    );
  });

  it("hands the run of a deaf handler back to the queue when it stops, and another worker ends it", async () => {
    let tries = 0;
    const task = engine.task(async () => {
      tries += 1;
      if (tries === 1) await new Promise(() => {});
      return { tries };
    });
    const first = await engine.worker({ graceMs: 50 });
    await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    await untilTrue(() => tries === 1, { what: "the handler is at it" });
    await first.stop();
    expect((await engine.runs(task))[0]).toMatchObject({ status: "SCHEDULED", attempt: 0 });
    await engine.worker();
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "FINISHED", {
      what: "the other worker has ended it",
    });
    expect((await engine.runs(task))[0]).toMatchObject({ attempt: 1, result: { tries: 2 } });
  });

  it("cancels a run on request while it works", async () => {
    const task = engine.task(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    );
    await engine.worker({ leaseMs: 400 });
    const [answer] = await startRuns({ ...engine, deduplicate: true }, [{ definition: task, args: {} }]);
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "PROCESSING", {
      what: "the handler is at it",
    });
    await engine.db.run.update({ where: { id: answer!.runId }, data: { cancelRequestedAt: new Date() } });
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "CANCELLED", { what: "the run is cancelled" });
  });

  it("fails a run whose arguments do not fit, without a second try", async () => {
    const task = engine.task(async () => ({}));
    await engine.worker();
    const [answer] = await startRuns({ ...engine, deduplicate: true }, [
      { definition: { ...task, queue: "ecomnow" }, args: { n: 1 } },
    ]);
    await engine.db.run.update({ where: { id: answer!.runId }, data: { args: { n: "many" } } });
    await engine.worker({ queues: ["ecomnow"] });
    await untilTrue(async () => (await engine.runs(task))[0]?.status === "FAILED", { what: "the run has failed" });
    expect((await engine.runs(task))[0]).toMatchObject({ attempt: 1, error: expect.stringContaining("n: ") });
  });
});
