import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { Snooze } from "@drumline/core/task";
import { untilTrue } from "@drumline/testing";

import { startRuns } from "../src/index.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

let engine: Engine;
beforeAll(async () => void (engine = (await openEngine("postgres"))!));
afterEach(() => engine.stopAll());
afterAll(() => engine.close());

type Task = ReturnType<Engine["task"]>;

const start = async (definition: Task, how: { limit?: number; dryRun?: boolean } = {}) => {
  const [answer] = await startRuns({ ...engine, deduplicate: false }, [{ definition, args: {}, ...how }]);
  return answer!.runId;
};
const allEnded = async (task: Task) =>
  (await engine.runs(task)).every(({ status }) => !["SCHEDULED", "PROCESSING"].includes(status));
const untilEnded = (task: Task) => untilTrue(() => allEnded(task), { what: "every run has ended" });

/** An outside system that counts how often it is asked, and answers 429 while `isBusy`. */
async function startCountingServer() {
  const state = { calls: 0, isBusy: false };
  const server = createServer((_, response) => {
    state.calls += 1;
    if (state.isBusy) response.writeHead(429, { "retry-after": "1" });
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { state, url, close };
}

describe("asking for helpers", () => {
  it("brings them once per run, even when it is put off and comes back", async () => {
    const granted: number[] = [];
    let returns = 0;
    const task = engine.task(async ({ run, askForHelpers }) => {
      if (run.chunk !== null) return {};
      granted.push(await askForHelpers(3), await askForHelpers(3));
      returns += 1;
      if (returns < 3) throw new Snooze(1, "not yet");
      return {};
    });
    await start(task);
    await engine.worker();
    await untilTrue(() => returns === 3, { what: "the run has come back twice" });
    await untilEnded(task);
    expect(granted).toEqual([3, 0, 0, 0, 0, 0]);
    const helpers = await engine.db.run.findMany({
      where: { task: task.name, parentId: { not: null } },
      orderBy: { chunkNo: "asc" },
    });
    expect(helpers.map(({ chunkNo }) => chunkNo)).toEqual([1, 2, 3]);
  });

  it("lets helpers know when the run they help was due, from which their pauses count", async () => {
    const seen = new Map<boolean, Date | null>();
    const task = engine.task(async ({ run, askForHelpers }) => {
      if (!seen.has(run.chunk !== null)) seen.set(run.chunk !== null, run.dueAt);
      await askForHelpers(1);
      return {};
    });
    await engine.worker();
    await engine.beat([engine.schedule(task, 1)]);
    await untilTrue(() => seen.size === 2, { what: "a run and its helper have begun" });
    expect(seen.get(true)).toEqual(seen.get(false));
    expect(seen.get(true)).toBeInstanceOf(Date);
  });

  it("brings none to a helper, a run with a limit, a dry run or a second try", async () => {
    const answers: number[] = [];
    const task = engine.task(
      async ({ run, limit, dryRun, askForHelpers }) => {
        if (run.attempt === 1 && run.chunk === null && limit === null && !dryRun) throw new Error("try again");
        answers.push(await askForHelpers(2));
        return {};
      },
      { policies: { retries: 1, backoffMs: 1 } },
    );
    await start(task);
    await start(task, { limit: 5 });
    await start(task, { dryRun: true });
    await engine.worker();
    await untilEnded(task);
    expect(answers).toEqual([0, 0, 0]);
    expect(await engine.runs(task)).toHaveLength(3);
  });

  it("keeps a number once per parent, whoever writes it", async () => {
    const task = engine.task(async ({ askForHelpers }) => ({ helpers: await askForHelpers(2) }));
    await start(task);
    await engine.worker();
    await untilEnded(task);
    const helper = await engine.db.run.findFirstOrThrow({ where: { task: task.name, chunkNo: 1 } });
    const { id: _, ...copy } = helper;
    const again = engine.db.run.create({
      data: { ...copy, id: crypto.randomUUID(), args: {}, progress: {}, result: {}, problems: [] },
    });
    await expect(again).rejects.toMatchObject({ code: "P2002" });
  });

  it("lets a 429 lower the number of calls: one of them comes back and asks, the others end", async () => {
    const outside = await startCountingServer();
    const ask = async () => {
      const response = await fetch(outside.url);
      if (response.status === 429) throw new Snooze(Number(response.headers.get("retry-after")) * 1_000, "HTTP 429");
    };
    let working = 0;
    let meetBusy = () => {};
    const everyoneWorks = new Promise<void>((resolve) => (meetBusy = resolve));
    const task = engine.task(async ({ run, askForHelpers }) => {
      await askForHelpers(7);
      await ask();
      working += 1;
      if (working === 8) {
        outside.state.isBusy = true;
        meetBusy();
      }
      await everyoneWorks;
      await ask();
      return { no: run.chunk?.no ?? 0 };
    });
    const parentId = await start(task);
    await engine.worker({ concurrency: 20 });
    const parent = () => engine.db.run.findUniqueOrThrow({ where: { id: parentId } });
    await untilTrue(async () => (await parent()).dispatchNo >= 4, { what: "the run was put off three times" });

    // 8 asked at first and 8 were told to wait; from then on one of them asked at a time.
    const returns = (await parent()).dispatchNo - 2;
    expect(outside.state.calls).toBeGreaterThanOrEqual(16 + returns);
    expect(outside.state.calls).toBeLessThanOrEqual(16 + returns + 1);
    const others = (await engine.runs(task)).filter(({ id }) => id !== parentId);
    expect(others.map(({ status, reason_code }) => `${status} ${reason_code}`)).toEqual(
      Array(7).fill("CANCELLED GAVE_WAY"),
    );

    outside.state.isBusy = false;
    await untilEnded(task);
    expect((await parent()).status).toBe("FINISHED");
    await outside.close();
  });

  it("keeps one helper for the work where the run they help has ended", async () => {
    let goOn = () => {};
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    let isBusy = true;
    let tries = 0;
    const task = engine.task(async ({ run, askForHelpers }) => {
      await askForHelpers(4);
      if (run.chunk === null) return {};
      await mayGoOn;
      tries += 1;
      if (isBusy) throw new Snooze(1, "HTTP 429");
      return { no: run.chunk.no };
    });
    const parentId = await start(task);
    await engine.worker({ concurrency: 20 });
    await untilTrue(async () => (await engine.runs(task)).find(({ id }) => id === parentId)?.status === "FINISHED", {
      what: "the run has ended",
    });
    goOn();
    await untilTrue(() => tries >= 5, { what: "one of them has come back" });
    isBusy = false;
    await untilEnded(task);
    const ends = (await engine.runs(task)).map(({ status }) => status).toSorted();
    expect(ends).toEqual(["CANCELLED", "CANCELLED", "CANCELLED", "FINISHED", "FINISHED"]);
  });

  it("withdraws helpers that have not begun when their run is told to wait", async () => {
    let tries = 0;
    const task = engine.task(async ({ askForHelpers }) => {
      tries += 1;
      if (tries > 1) return {};
      await askForHelpers(5);
      throw new Snooze(1, "HTTP 429");
    });
    await start(task);
    await engine.worker({ concurrency: 1 });
    await untilEnded(task);
    expect(tries).toBe(2);
    expect((await engine.runs(task)).map(({ status }) => status).toSorted()).toEqual([
      ...Array<string>(5).fill("CANCELLED"),
      "FINISHED",
    ]);
  });
});
