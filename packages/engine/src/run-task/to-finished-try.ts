import type { ActiveRun } from "./active-runs.ts";
import type { FinishedTry } from "./finish-runs.sql.ts";
import type { Ending } from "./plan-ending.ts";

export function toFinishedTry({ run, journal }: ActiveRun, ending: Ending): FinishedTry {
  const { problems, problemCount } = journal.state;
  const written = {
    id: run.id,
    token: run.leaseToken,
    attemptsTaken: 1 as const,
    delayMs: 0,
    result: null,
    error: null,
    problems,
    problemCount,
  };
  switch (ending.kind) {
    case "FINISHED":
      return { ...written, status: "FINISHED", result: ending.result };
    case "FAILED":
    case "CANCELLED":
    case "TIMED_OUT":
      return { ...written, status: ending.kind, error: ending.error };
    case "RETRY":
      return { ...written, status: "SCHEDULED", error: ending.error, delayMs: ending.delayMs };
    case "SNOOZE":
      return { ...written, status: "SCHEDULED", error: ending.error, delayMs: ending.delayMs, attemptsTaken: 0 };
    case "HAND_BACK":
      return { ...written, status: "SCHEDULED", attemptsTaken: 0 };
  }
}
