import { setTimeout as delay } from "node:timers/promises";

import { DrumlineError } from "@drumline/core/errors";
import type { TaskDefinition } from "@drumline/core/task";
import { startRuns } from "@drumline/engine";
import { requireTask } from "@drumline/tasks";

import type { DueSchedule } from "./due-schedules.ts";
import { countOpenRuns } from "./runs.sql.ts";
import type { ReplayEnvironment } from "./replay-environment.ts";

/** Runs did not end in the time a whole replay may take. */
export class RunsHang extends DrumlineError {
  constructor(open: number, waitedMs: number) {
    super(`${open} runs are still open after ${Math.round(waitedMs / 1_000)} s; look at the workers' logs`, {
      code: "RUNS_HANG",
    });
  }
}

const RETRY_SOON = { retries: 20, backoffMs: 200 };
const HANGS_AFTER_MS = 180_000;
const LONGEST_PAUSE_MS = 4;

/** Starts a run for each, in this order, on the virtual instant, and waits until all of them and their helpers have ended. */
export async function runTasks(
  environment: ReplayEnvironment,
  due: readonly DueSchedule[],
  clockAt: Date,
): Promise<void> {
  const requests = due.map(({ schedule }) => ({
    definition: retryingSoon(requireTask(schedule.task)),
    args: schedule.args,
    clockAt,
    requestedBy: "replay",
  }));
  if (requests.length === 0) return;
  await startRuns({ ...environment, deduplicate: false }, requests);
  const startedAtMs = performance.now();
  for (let pauseMs = 2; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const open = await countOpenRuns(environment.db);
    if (open === 0) return;
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs > HANGS_AFTER_MS) throw new RunsHang(open, waitedMs);
    await delay(pauseMs);
  }
}

/** A retry that waits for minutes of real time would wait for weeks of virtual time. */
const retryingSoon = (definition: TaskDefinition): TaskDefinition => ({
  ...definition,
  policies: { ...definition.policies, ...RETRY_SOON },
});
