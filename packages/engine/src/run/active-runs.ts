import { setMaxListeners } from "node:events";

import { DrumlineError } from "@drumline/core/errors";

import type { ClaimedRun } from "./claim-runs.sql.ts";
import type { RunJournal } from "./run-journal.ts";

export type StopReason = "timeout" | "cancelled" | "shutdown" | "lease_lost";

/** The reason on a handler's abort signal. */
export class RunStopped extends DrumlineError {
  readonly reason: StopReason;

  constructor(reason: StopReason, message: string) {
    super(message, { code: "RUN_STOPPED" });
    this.reason = reason;
  }
}

/** A run this worker is busy with. */
export interface ActiveRun {
  readonly run: ClaimedRun;
  readonly journal: RunJournal;
  readonly signal: AbortSignal;
  readonly stopped: StopReason | null;
  stop(reason: StopReason, message: string): void;
  /** Resolves when the handler ignored its signal for too long and the run goes back without it. */
  readonly abandoned: Promise<{ readonly kind: "HAND_BACK" }>;
  abandon(): void;
  /** Ends the timeout's timer. */
  settle(): void;
}

/** Everything this worker is busy with, so that leases, timeouts and shutdown see the same list. */
export interface ActiveRuns {
  begin(run: ClaimedRun, journal: RunJournal): ActiveRun;
  end(active: ActiveRun): void;
  list(): ActiveRun[];
  get(runId: string): ActiveRun | undefined;
}

/** A timer of Node's that is set for longer goes off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createActiveRuns(): ActiveRuns {
  const active = new Map<string, ActiveRun>();
  return {
    begin: (run, journal) => {
      const begun = beginRun(run, journal);
      active.set(run.id, begun);
      return begun;
    },
    end: (ended) => {
      ended.settle();
      if (active.get(ended.run.id) === ended) active.delete(ended.run.id);
    },
    list: () => [...active.values()],
    get: (runId) => active.get(runId),
  };
}

function beginRun(run: ClaimedRun, journal: RunJournal): ActiveRun {
  const controller = new AbortController();
  // Every call a handler has under way listens to it: more than the ten that Node takes for a leak.
  setMaxListeners(0, controller.signal);
  let stopped: StopReason | null = null;
  let abandon = () => {};
  const abandoned = new Promise<{ kind: "HAND_BACK" }>((resolve) => (abandon = () => resolve({ kind: "HAND_BACK" })));
  const stop = (reason: StopReason, message: string) => {
    // The first reason stands: a run that timed out did not end because of the shutdown that came after.
    if (stopped !== null) return;
    stopped = reason;
    controller.abort(new RunStopped(reason, message));
  };
  const timer = setTimeout(
    () => stop("timeout", `run ${run.id} of ${run.task} took longer than ${run.timeoutMs} ms`),
    Math.min(run.timeoutMs, LONGEST_TIMER_MS),
  );
  return {
    run,
    journal,
    signal: controller.signal,
    get stopped() {
      return stopped;
    },
    stop,
    abandoned,
    abandon,
    settle: () => clearTimeout(timer),
  };
}
