import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { untilTrue } from "@drumline/testing";

import { cancelRun, loadRun, startRuns } from "../src/index.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

describe("cancelling a run", () => {
  let engine: Engine;
  beforeAll(async () => void (engine = (await openEngine("postgres"))!));
  afterEach(() => engine.stopAll());
  afterAll(() => engine.close());

  const start = async (definition: Parameters<Engine["runs"]>[0]) => {
    const [answer] = await startRuns({ ...engine, deduplicate: false }, [{ definition, args: {} }]);
    return answer!.runId;
  };
  const untilStatus = (definition: Parameters<Engine["runs"]>[0], status: string) =>
    untilTrue(async () => (await engine.runs(definition))[0]?.status === status, { what: `the run is ${status}` });

  it("keeps one that waits from ever starting", async () => {
    let began = 0;
    const task = engine.task(async () => ({ began: ++began }));
    const id = await start(task);
    const seen = (await loadRun(engine.db, id))!.version;
    expect(await cancelRun(engine.db, id, "Ada", seen)).toEqual({ ended: 1, told: 0 });
    const other = engine.task(async () => ({}));
    await start(other);
    await engine.worker();
    await untilStatus(other, "FINISHED");
    expect((await engine.runs(task))[0]).toMatchObject({ status: "CANCELLED", reason_code: "CANCELLED" });
    expect(began).toBe(0);
  });

  it("stops the handler of one that is under way", async () => {
    const task = engine.task(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    );
    const id = await start(task);
    await engine.worker();
    await untilStatus(task, "PROCESSING");
    expect(await cancelRun(engine.db, id, "Ada")).toEqual({ ended: 0, told: 1 });
    await untilStatus(task, "CANCELLED");
  });

  it("is refused where it has gone on since it was looked at", async () => {
    const held: { finish?: () => void } = {};
    const task = engine.task(() => new Promise((resolve) => (held.finish = () => resolve({}))));
    const id = await start(task);
    const waiting = (await loadRun(engine.db, id))!.version;
    await engine.worker();
    await untilTrue(() => held.finish !== undefined, { what: "the run is under way" });
    await expect(cancelRun(engine.db, id, "Ada", waiting)).rejects.toMatchObject({
      code: "RUN_CHANGED",
      currentVersion: (await loadRun(engine.db, id))!.version,
    });
    const begun = (await loadRun(engine.db, id))!.version;
    held.finish!();
    await untilStatus(task, "FINISHED");
    await expect(cancelRun(engine.db, id, "Ada", begun)).rejects.toThrow("it has gone on; look at it again");
  });

  it("ends one whose try fails before its worker has heard of it, instead of trying again for ever", async () => {
    let fail: () => void = () => {};
    const task = engine.task(() => new Promise((_, reject) => (fail = () => reject(new Error("broken")))));
    const id = await start(task);
    await engine.worker({ leaseMs: 60_000 });
    await untilStatus(task, "PROCESSING");
    await cancelRun(engine.db, id, "Ada");
    fail();
    await untilStatus(task, "CANCELLED");
    expect((await engine.runs(task))[0]).toMatchObject({ error: "broken", attempt: 1, dispatch_no: 1 });
    expect(await cancelRun(engine.db, id, "Ada")).toEqual({ ended: 0, told: 0 });
  });
});
