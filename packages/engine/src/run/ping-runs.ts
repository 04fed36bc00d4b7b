import type { Database } from "@drumline/db";

import { claimOwedPings } from "../pings/owed-pings.sql.ts";
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

/** What became of runs that ended with their workers: those cannot say it any more, and a beat that reaps them calls nobody. */
export async function pingDeadRuns({ db, pings }: { readonly db: Database; readonly pings: Pings }): Promise<void> {
  for (const { runId, pingUrl, status, attempt, ...run } of await claimOwedPings(db))
    pings.send({
      url: pingUrl,
      signal: "fail",
      text: `${nameOf({ id: runId, ...run })} ended ${status} in try ${attempt}, when its worker died.`,
    });
}

const nameOf = ({ id, task, dueAt }: Pick<ClaimedRun, "id" | "task" | "dueAt">): string =>
  `Run ${id} of ${task}, due at ${dueAt?.toISOString() ?? "no time"},`;
