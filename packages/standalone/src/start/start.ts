import { join } from "node:path";

import type { Clock } from "@drumline/core/clock";
import { type Env, readSettings } from "@drumline/core/config";

import { bringUp } from "./bring-up.ts";
import { ProcessGroup } from "../process-group/process-group.ts";
import { lockInstance } from "./instance-lock.ts";
import type { ProcessIdentity } from "@drumline/core/process";
import type { Screen } from "./screen.ts";
import type { StartOptions } from "./start-settings.ts";
import { startSettings } from "./start-settings.ts";
import type { StopSignals } from "../process-group/stop-signals.ts";
import { toDataset } from "./dataset.ts";

export interface StartSurroundings {
  readonly env: Env;
  readonly screen: Screen;
  readonly signals: StopSignals;
  readonly clock: Clock;
  /** The npm that launched this process, or null. */
  readonly launcher: ProcessIdentity | null;
}

/**
 * Runs the whole of Drumline on one machine until it is asked to stop: databases, migrations, sandbox, beat, workers
 * and api. Leaves no process behind, and all data in `options.stateDir`.
 * @throws {AlreadyRunning} {PortTaken} {ChildGaveUp} {InvalidConfiguration} after everything it started has ended
 */
export async function start(options: StartOptions, surroundings: StartSurroundings): Promise<void> {
  const { screen, signals, clock, launcher } = surroundings;
  const env = withQuickEnd(surroundings.env);
  const config = readSettings(startSettings, env);
  const dataset = toDataset(options.stateDir, {
    data: options.data ?? config.sandboxData,
    seed: options.seed ?? config.sandboxSeed,
  });
  const lock = await lockInstance(options.stateDir, { launcher, say: (line) => screen.say(line) });
  const group = new ProcessGroup({
    logDir: join(options.stateDir, "logs"),
    screen,
    clock,
    onStarted: (pid) => lock.noteChild(pid),
  });
  const work = new AbortController();
  try {
    const running = bringUp({ options, env, config, dataset, group, lock, screen, clock, signal: work.signal });
    // What it meets after the end has begun is part of the end.
    running.catch(() => {});
    await Promise.race([running, group.failure, aborted(signals.stop)]);
  } finally {
    work.abort();
    const stoppingAtMs = clock.now().getTime();
    screen.close();
    if (signals.stop.aborted)
      screen.say(`\n${String(signals.stop.reason)}: stopping within ${config.shutdownGraceSeconds} s`);
    await group.stop(signals.force);
    lock.release();
    screen.step("stopped; a next start goes on here", clock.now().getTime() - stoppingAtMs);
  }
}

// A person waits at the keyboard, and a run that is handed back goes on at the next start.
const QUICK_GRACE_SECONDS = "5";

/** A shorter grace than in production, unless the user chose one. */
function withQuickEnd(env: Env): Env {
  return { ...env, SHUTDOWN_GRACE_SECONDS: env["SHUTDOWN_GRACE_SECONDS"] || QUICK_GRACE_SECONDS };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
