import type { Env } from "@drumline/core/config";
import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { catalogue, drumlineTasks } from "@drumline/tasks";
import { subscribeToEvents } from "@drumline/events/subscriptions";
import { saveConsolidationScenario } from "@drumline/oms/simulation";

import { InvalidReplay } from "./invalid-replay.ts";
import type { ReplayOptions } from "./replay-options.ts";
import { type ReplayEnvironment, openReplayEnvironment } from "./replay-environment.ts";
import { type ReplayReport, writeReport } from "./report.ts";
import { startKilling } from "./start-killing.ts";
import { runSimulation, type SimulationProgress } from "./simulation-loop.ts";

export interface ReplaySurroundings {
  readonly env: Env;
  /** Lines for the person who waits. */
  readonly print: (line: string) => void;
  readonly stop: AbortSignal;
}

const HOOK = "replay";

/** 5 % errors, and a few answers that break off, come late or never. */
const FAULTS = ["/api/", "/hooks/"].flatMap((match) => [
  { match, kind: "status", status: 500, rate: 0.05 },
  { match, kind: "reset", rate: 0.01 },
  { match, kind: "truncate", rate: 0.005 },
  { match, kind: "slow", delayMs: 150, rate: 0.002 },
]);

/** Plays a dataset through the OMS and says what became of it. */
export async function replay(options: ReplayOptions, { env, print, stop }: ReplaySurroundings): Promise<ReplayReport> {
  const startedAtMs = performance.now();
  const { schedules, problems } = resolveEnvSchedules(catalogue, env);
  if (problems.length > 0)
    throw new InvalidReplay(problems.map(({ key, value, problem }) => `${key}=${value}: ${problem}`).join("\n"));
  const built = new Set(catalogue.filter((task) => task.built && task.queue === "oms").map(({ name }) => name));
  const environment = await openReplayEnvironment(options, env, print);
  const killing = startKilling(environment, options.killEverySeconds);
  try {
    const work = async () => {
      await prepare(environment, options);
      print(
        `  databases, sandbox and ${options.workers} workers are up after ${secondsSince(startedAtMs).toFixed(1)} s`,
      );
      const simulated = await runSimulation(
        environment,
        // The report counts every row that the simulation left, so none may be deleted on the way.
        schedules.filter(({ task }) => built.has(task) && !Object.hasOwn(drumlineTasks, task)),
        options,
        createTicker(print),
      );
      killing.stop();
      const seconds = secondsSince(startedAtMs);
      return await writeReport(environment, simulated, { hook: HOOK, seconds, workersKilled: killing.count() });
    };
    return await Promise.race([work(), environment.failure, aborted(stop)]);
  } finally {
    killing.stop();
    await environment.close();
  }
}

async function prepare(
  { db, sandbox, sandboxUrl, secrets }: ReplayEnvironment,
  { short, faults }: ReplayOptions,
): Promise<void> {
  const now = new Date((await sandbox.state()).virtualNow);
  const wanted = { target_url: `${sandboxUrl}/hooks/${HOOK}`, event_type: "*", additional_headers: {}, config: {} };
  const { secret } = await subscribeToEvents(db, secrets, { name: "replay" }, wanted, now);
  await sandbox.setSecret(HOOK, secret);
  if (short > 0) await saveConsolidationScenario(db);
  if (faults) await sandbox.setFaults(FAULTS);
}

const SAY_EVERY_MS = 5_000;

function createTicker(print: (line: string) => void): (progress: SimulationProgress) => void {
  const startedAtMs = performance.now();
  let saidAtMs = startedAtMs;
  return ({ at, orders, ordersTotal, steps }) => {
    const nowMs = performance.now();
    if (nowMs - saidAtMs < SAY_EVERY_MS) return;
    saidAtMs = nowMs;
    const perStep = Math.round((nowMs - startedAtMs) / steps);
    print(`  ${at.toISOString().slice(0, 10)}  ${orders} of ${ordersTotal} orders  step ${steps}, ${perStep} ms each`);
  };
}

const secondsSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1_000;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new InvalidReplay(`${String(signal.reason)}: the replay was stopped before its end`));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
