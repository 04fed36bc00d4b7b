import type { Clock } from "@drumline/core/clock";

export interface BreakerPolicy {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** How long an open circuit refuses before it lets one probe through. */
  readonly openMs: number;
}

type State = { kind: "closed"; failures: number } | { kind: "open"; until: number } | { kind: "half_open" };

export interface CircuitBreaker {
  /** Milliseconds until the circuit may be tried again, or null when the call may go. Half open lets one call go at a time. */
  refusesForMs(): number | null;
  succeeded(): void;
  failed(): void;
  /** The call ended without telling anything about the system, by our own abort for example. */
  abandoned(): void;
}

/** Stops asking a system that is down, so that it can recover and our runs fail fast. */
export function createCircuitBreaker(policy: BreakerPolicy, clock: Clock): CircuitBreaker {
  let state: State = { kind: "closed", failures: 0 };
  let probing = false;

  return {
    refusesForMs() {
      const nowMs = clock.now().getTime();
      if (state.kind === "open" && nowMs >= state.until) state = { kind: "half_open" };
      if (state.kind === "open") return state.until - nowMs;
      if (state.kind === "closed") return null;
      if (probing) return policy.openMs;
      probing = true;
      return null;
    },
    succeeded() {
      probing = false;
      state = { kind: "closed", failures: 0 };
    },
    failed() {
      const failures = state.kind === "closed" ? state.failures + 1 : policy.failures;
      probing = false;
      state =
        failures >= policy.failures
          ? { kind: "open", until: clock.now().getTime() + policy.openMs }
          : { kind: "closed", failures };
    },
    abandoned() {
      probing = false;
    },
  };
}
