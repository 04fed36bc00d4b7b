import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import type { TaskDefinition } from "@drumline/core/task";
import { redisIsThere, untilTrue } from "@drumline/testing";

import { loadDeadlyRuns, loadRecentDeaths, startRuns } from "../src/index.ts";
import {
  aborts,
  eatsMemory,
  holdsTheLoop,
  holdsTheLoopOn,
  release,
  speaks,
  throwsLater,
  waits,
} from "./children/deadly-tasks.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

const PROGRAM = fileURLToPath(new URL("children/deadly-worker.ts", import.meta.url));
const UNTIL = { timeoutMs: 120_000 };

describe("a run that kills its worker", () => {
  let engine: Engine;
  const running = new Set<ChildProcess>();
  beforeAll(async () => void (engine = (await openEngine(redisIsThere() ? "redis" : "postgres"))!));
  afterEach(async () => {
    await engine.stopAll();
    for (const worker of running) {
      running.delete(worker);
      worker.removeAllListeners("exit");
      worker.kill("SIGKILL");
    }
    await engine.db.run.deleteMany();
  });
  afterAll(() => engine.close());

  /** Starts a worker, and another each time it dies, as a supervisor does; says how many have died. */
  const superviseWorker = async (flags: readonly string[] = []): Promise<{ deaths(): number }> => {
    let deaths = 0;
    const startOne = (): ChildProcess => {
      const worker = fork(PROGRAM, [engine.databaseUrl, engine.redisUrl ?? "none"], {
        execArgv: ["--import", "tsx", ...flags],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      running.add(worker);
      worker.once("exit", () => {
        deaths += 1;
        running.delete(worker);
        startOne();
      });
      return worker;
    };
    await once(startOne(), "message");
    return { deaths: () => deaths };
  };
  const startEach = async (definitions: readonly TaskDefinition[], n = 0) => {
    const answers = await startRuns(
      { ...engine, deduplicate: false },
      definitions.map((definition) => ({ definition, args: { n } })),
    );
    return answers.map(({ runId }) => runId);
  };
  const start = (...definitions: TaskDefinition[]) => startEach(definitions);
  const quarantine = (id: string, maxAttempts: number) =>
    engine.db.run.update({ where: { id }, data: { runsAlone: true, deaths: 2, lastDeathAt: new Date(), maxAttempts } });
  const row = (id: string) => engine.db.run.findUniqueOrThrow({ where: { id }, include: { logs: true } });
  const untilStatus = (id: string, status: string) =>
    untilTrue(async () => (await row(id)).status === status, { what: `the run is ${status}`, ...UNTIL });

  it("takes two workers with it, then only itself, and ends FAILED with its cause; the runs beside it end well", async () => {
    const worker = await superviseWorker();
    await engine.beat([]);
    const innocents = await start(waits, waits, waits);
    for (const id of innocents) await untilStatus(id, "PROCESSING");
    const [killer] = await start(aborts);
    await untilTrue(async () => (await row(killer!)).deaths === 2, { what: "two workers have died with it", ...UNTIL });
    const late = await startEach([waits, waits], 1);
    await start(release);
    await untilStatus(killer!, "FAILED");

    expect(worker.deaths()).toBe(2);
    expect(await row(killer!)).toMatchObject({ attempt: 4, deaths: 4 });
    expect((await row(killer!)).error).toMatch(
      /^its process, in which it ran alone, died during try 4 of 4: signal SIGABRT/,
    );
    expect(await loadDeadlyRuns(engine.db)).toContainEqual(
      expect.objectContaining({ runId: killer, task: "test.aborts", deaths: 4, runsAlone: false }),
    );
    expect(await loadRecentDeaths(engine.db)).toContainEqual({ task: "test.aborts", runs: 1 });

    await startEach([release], 1);
    for (const id of [...innocents, ...late]) await untilStatus(id, "FINISHED");
    for (const id of innocents) {
      const { attempt, deaths, runsAlone } = await row(id);
      // Two deaths cost two tries at most, and who ends well is a suspect no longer.
      expect(attempt).toBeLessThanOrEqual(3);
      expect(deaths).toBeLessThanOrEqual(2);
      expect(runsAlone).toBe(false);
    }
    for (const id of late) expect(await row(id)).toMatchObject({ attempt: 1, deaths: 0 });
    expect((await loadDeadlyRuns(engine.db)).map(({ task }) => task)).toEqual(["test.aborts"]);
  }, 600_000);

  it("is FAILED with the last words of its process: heap, error or frozen event loop", async () => {
    await engine.db.run.deleteMany();
    const ids = await start(eatsMemory, throwsLater, holdsTheLoop);
    for (const id of ids) await quarantine(id, 1);
    const worker = await superviseWorker(["--max-old-space-size=64"]);
    await engine.beat([]);
    const [beside] = await start(waits);
    for (const id of ids)
      await untilTrue(async () => (await row(id)).finishedAt !== null, { what: "it ended", ...UNTIL });

    const [memory, thrown, frozen] = await Promise.all(ids.map(row));
    expect(memory).toMatchObject({ status: "FAILED", deaths: 3 });
    expect(memory!.error).toMatch(/signal SIGABRT; FATAL ERROR: .*heap/);
    expect(thrown).toMatchObject({ status: "FAILED", deaths: 3 });
    expect(thrown!.error).toMatch(/exit code [17]; TypeError: nobody catches me/);
    expect(frozen).toMatchObject({ status: "TIMED_OUT", deaths: 3 });
    expect(frozen!.error).toMatch(/signal SIGKILL/);
    expect(worker.deaths()).toBe(0);
    await start(release);
    await untilStatus(beside!, "FINISHED");
    expect(await row(beside!)).toMatchObject({ attempt: 1, deaths: 0 });
  }, 600_000);

  it("is cleared when it turns out innocent, and all it said is kept", async () => {
    const [id] = await start(speaks);
    await quarantine(id!, 4);
    await superviseWorker();
    await untilStatus(id!, "FINISHED");
    const worker = [...running][0]!;
    expect(await row(id!)).toMatchObject({
      runsAlone: false,
      deaths: 2,
      attempt: 1,
      progress: { done: 3, total: 4 },
      problems: [{ recordId: "7", error: "odd" }],
      result: { attempt: 1, dueAt: null, helpers: 0 },
      logs: [{ message: "hello", fields: { at: "1970-01-01T00:00:00.000Z", big: "1" } }],
    });
    expect(((await row(id!)).result as { pid: number }).pid).not.toBe(worker.pid);
    expect(await loadDeadlyRuns(engine.db)).toEqual([]);
  }, 600_000);

  it("goes back to the queue, still alone, when its worker stops", async () => {
    const [id] = await start(waits);
    await quarantine(id!, 4);
    await superviseWorker();
    await untilStatus(id!, "PROCESSING");
    const worker = [...running][0]!;
    worker.removeAllListeners("exit");
    const ended = once(worker, "exit");
    worker.kill("SIGTERM");
    await ended;
    running.delete(worker);
    expect(await row(id!)).toMatchObject({ status: "SCHEDULED", attempt: 0, runsAlone: true, deaths: 2 });
  }, 600_000);

  it("ends with the worker that dies, even with an event loop that it holds", async () => {
    const [id] = await start(holdsTheLoopOn);
    await quarantine(id!, 4);
    await superviseWorker();
    const pid = async () => ((await row(id!)).result as { pid: number } | null)?.pid;
    await untilTrue(async () => (await pid()) !== undefined, { what: "it has said its process", ...UNTIL });
    const lone = (await pid())!;
    expect(isAlive(lone)).toBe(true);
    const worker = [...running][0]!;
    worker.removeAllListeners("exit");
    running.delete(worker);
    worker.kill("SIGKILL");
    try {
      await untilTrue(() => !isAlive(lone), { what: "its process is gone", timeoutMs: 30_000 });
    } finally {
      if (isAlive(lone)) process.kill(lone, "SIGKILL");
    }
  }, 600_000);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
