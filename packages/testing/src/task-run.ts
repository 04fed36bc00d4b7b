import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";

import { type Clock, manualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { type RecordProblem, type RunIdentity, type TaskContext, toHelperCount } from "@drumline/core/task";
import type { Database } from "@drumline/db";

/** A handler's context for tests, and what the handler told it. */
export interface TaskRun<Args, Gateways> {
  readonly context: TaskContext<Args, Gateways, Database>;
  readonly problems: RecordProblem[];
  readonly progress: number[];
  /** Helpers that were granted. */
  readonly helpers: number[];
  abort(): void;
}

export interface TaskRunOptions<Args> {
  readonly args?: Args;
  /** One that stands still at noon of 2026-11-20 unless another is given. */
  readonly clock?: Clock;
  readonly dryRun?: boolean;
  readonly limit?: number | null;
  readonly run?: Partial<RunIdentity>;
}

/** A run without a queue and a worker: the first try of a run of its own unless `run` says otherwise. */
export function startTaskRun<Gateways, Args = object>(
  db: Database,
  gateways: Gateways,
  options: TaskRunOptions<Args> = {},
): TaskRun<Args, Gateways> {
  const problems: RecordProblem[] = [];
  const progress: number[] = [];
  const helpers: number[] = [];
  const identity = { id: randomUUID(), task: "a test", attempt: 1, dueAt: null, chunk: null, ...options.run };
  const facts = { run: identity, dryRun: options.dryRun ?? false, limit: options.limit ?? null };
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal);
  return {
    problems,
    progress,
    helpers,
    abort: () => aborter.abort(new Error("asked to stop")),
    context: {
      args: options.args ?? ({} as Args),
      db,
      gateways,
      clock: options.clock ?? manualClock(new Date("2026-11-20T12:00:00Z")),
      log: silentLog,
      signal: aborter.signal,
      ...facts,
      progress: (done) => void progress.push(done),
      reportProblem: (problem) => void problems.push(problem),
      askForHelpers: async (asked) => {
        const granted = toHelperCount(asked, facts);
        if (granted > 0) helpers.push(granted);
        return granted;
      },
    },
  };
}
