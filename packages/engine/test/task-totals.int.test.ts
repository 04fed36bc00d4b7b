import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { untilTrue } from "@drumline/testing";

import { startRuns, type WorkerTotals } from "../src/index.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

let engine: Engine;
beforeAll(async () => void (engine = (await openEngine("postgres"))!));
afterAll(() => engine.close());

it("a worker says with its heartbeat how many runs of each task ended and how", async () => {
  const task = engine.task(({ args: { n } }) =>
    n === 0 ? Promise.reject(new Error("no")) : Promise.resolve({ done: 1 }),
  );
  await engine.worker();
  const requests = [0, 1, 2].map((n) => ({ definition: task, args: { n }, policies: { maxAttempts: 1 } }));
  await startRuns({ ...engine, deduplicate: false }, requests);
  const read = async () => {
    const { info } = await engine.db.processHeartbeat.findFirstOrThrow({ where: { kind: "worker" } });
    return (info as unknown as { totals: WorkerTotals }).totals.tasks[0];
  };
  await untilTrue(async () => (await read())?.ended["FINISHED"] === 2, { what: "two are counted", timeoutMs: 20_000 });
  expect(await read()).toMatchObject({ task: task.name, ended: { FINISHED: 2, FAILED: 1 } });
});
