import { DrumlineError } from "../errors/index.ts";

/**
 * A handler steers the engine with three words: it returns (done), throws `Cancel` (this run is pointless, do not
 * retry) or throws `Snooze` (not now, come back later). Anything else it throws is a failure and is retried.
 */
export class Cancel extends DrumlineError {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, { code: "RUN_CANCELLED", ...options });
  }
}

/** Comes back after `delayMs` without using up a retry. */
export class Snooze extends DrumlineError {
  readonly delayMs: number;

  constructor(delayMs: number, reason: string, options: { cause?: unknown } = {}) {
    super(reason, { code: "RUN_SNOOZED", ...options });
    this.delayMs = delayMs;
  }
}
