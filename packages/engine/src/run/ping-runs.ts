import type { Pings } from "../pings/pings.ts";
import type { ClaimedRun } from "./claim-runs.sql.ts";
import type { Ending } from "./plan-ending.ts";

/** Each try says that it begins. */
export function pingStart(pings: Pings | undefined, run: ClaimedRun): void {
  if (run.pingUrl === null) return;
  pings?.send({
    url: run.pingUrl,
    signal: "start",
    text: `${nameOf(run)} began try ${run.attempt} of ${run.maxAttempts}.`,
  });
}

const SIGNALS = { FINISHED: "success", FAILED: "fail", TIMED_OUT: "fail", CANCELLED: "fail" } as const;

/** Only the last try says how it ended: one that goes out again has neither succeeded nor failed. */
export function pingEnd(pings: Pings | undefined, run: ClaimedRun, kind: Ending["kind"]): void {
  if (run.pingUrl === null || !(kind in SIGNALS)) return;
  const signal = SIGNALS[kind as keyof typeof SIGNALS];
  pings?.send({ url: run.pingUrl, signal, text: `${nameOf(run)} ended ${kind} in try ${run.attempt}.` });
}

const nameOf = ({ id, task, dueAt }: ClaimedRun): string =>
  `Run ${id} of ${task}, due at ${dueAt?.toISOString() ?? "no time"},`;
