import { DrumlineError } from "@drumline/core/errors";

export type StopReason = "timeout" | "cancelled" | "shutdown" | "lease_lost";

/** The reason on a handler's abort signal. */
export class RunStopped extends DrumlineError {
  readonly reason: StopReason;

  constructor(reason: StopReason, message: string) {
    super(message, { code: "RUN_STOPPED" });
    this.reason = reason;
  }
}
