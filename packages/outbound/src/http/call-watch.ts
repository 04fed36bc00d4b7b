import { setMaxListeners } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

import type { CallSite } from "./errors.ts";

/** A request whose answer has begun. */
export interface Sent {
  readonly site: CallSite;
  readonly status: number;
  readonly response: IncomingMessage;
  /** Without its encodings. */
  readonly body: Readable;
  readonly watch: CallWatch;
}

/** What ends a call before its answer does: its caller's signal, or the time. */
export interface CallWatch {
  /** Why it was ended; null while it was not. */
  failure(): Error | null;
  /** Ends the call when the time is over; takes the place of what was armed before. */
  arm(withinMs: number, problem: () => Error): void;
  disarm(): void;
  /** Milliseconds that were left when it was disarmed or are left now. */
  leftMs(): number;
  fail(error: Error): void;
  /** From now on it is the answer that would be ended. */
  follow(response: IncomingMessage): void;
  close(): void;
}

/** A listener of our own, taken off again: AbortSignal.any would hang one more on a run's signal with every call. */
export function watchCall(signal: AbortSignal, outgoing: ClientRequest): CallWatch {
  let victim: ClientRequest | IncomingMessage = outgoing;
  let failure: Error | null = null;
  let timer: NodeJS.Timeout | null = null;
  let endsAtMs = 0;
  const fail = (error: Error): void => {
    failure ??= error;
    victim.destroy(failure);
  };
  const abort = (): void => fail(signal.reason as Error);
  const disarm = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const close = (): void => {
    disarm();
    signal.removeEventListener("abort", abort);
  };
  // Each call under way listens to the run's signal; that may be many, and is no leak.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", abort, { once: true });
  return {
    failure: () => failure,
    arm: (withinMs, problem) => {
      disarm();
      endsAtMs = performance.now() + withinMs;
      timer = setTimeout(() => fail(problem()), withinMs);
    },
    disarm,
    leftMs: () => Math.max(0, endsAtMs - performance.now()),
    fail,
    follow: (response) => {
      victim = response;
      // Without a listener Node would drop the reason.
      response.on("error", () => {});
      response.once("close", close);
    },
    close,
  };
}
