import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import type { RecordProblem } from "@drumline/core/task";

import type { ActiveRun } from "./active-runs.ts";
import type { ClaimedRun } from "./claim-runs.sql.ts";
import { describeDeath, RunDied } from "./describe-death.ts";
import { type Ending, planEnding } from "./plan-ending.ts";

/** The argument by which a worker's program knows that it is started for one run. */
export const LONE_RUN_ARGUMENT = "--lone-run";

export type ToLoneProcess =
  | { readonly kind: "RUN"; readonly run: ClaimedRun }
  | { readonly kind: "STOP"; readonly reason: NonNullable<ActiveRun["stopped"]>; readonly message: string };

export type FromLoneProcess =
  | { readonly kind: "BEGUN" }
  | {
      readonly kind: "LINE";
      readonly level: "info" | "warn" | "error";
      readonly fields: object;
      readonly message: string;
    }
  | { readonly kind: "PROGRESS"; readonly done: number; readonly total?: number }
  | { readonly kind: "PROBLEM"; readonly problem: RecordProblem }
  | { readonly kind: "ENDED"; readonly ending: Ending };

export interface LoneProcessOptions {
  /** The worker's own program: the file that Node was started with. */
  readonly program: string;
  /** 0 … 1 */
  readonly random: () => number;
}

/** A handler that does not heed its signal for so long is ended with its process. */
const HEED_MS = 5_000;
const EXIT_WITHIN_MS = 5_000;
const TRY_TO_START_AGAIN_MS = 10_000;
const COME_BACK_MS = 5_000;
const KEPT_STDERR = 16_384;

/** Runs in processes of their own, one at a time, since each takes the memory of a worker; the others are handed back. */
export function createLoneRunner(options: LoneProcessOptions): (active: ActiveRun) => Promise<Ending> {
  let isBusy = false;
  return async (active) => {
    if (isBusy)
      return {
        kind: "HAND_BACK",
        delayMs: Math.round(COME_BACK_MS * (0.5 + options.random() / 2)),
        error: "its worker died with it twice, so it waits for its turn to run alone",
      };
    isBusy = true;
    try {
      return await runInLoneProcess(active, options);
    } finally {
      isBusy = false;
    }
  };
}

/**
 * Runs a claimed run in a process of its own, of the same program with the same flags, and says how the try ended; never
 * throws. Lease, journal and end stay with this worker: when that process dies, only it dies, and what it left is known.
 */
async function runInLoneProcess(active: ActiveRun, { program, random }: LoneProcessOptions): Promise<Ending> {
  const child = fork(program, [...process.argv.slice(2), LONE_RUN_ARGUMENT], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  // A failed start is seen by its exit; a word to one that has just gone is of no use.
  child.on("error", () => {});
  let hasBegun = false;
  let ended: Ending | null = null;
  let stderr = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR);
  });
  child.on("message", (message: FromLoneProcess | { readonly ready: true }) => {
    if ("ready" in message) send(child, { kind: "RUN", run: active.run });
    else if (message.kind === "BEGUN") hasBegun = true;
    else if (message.kind === "ENDED") {
      ended = message.ending;
      // It closes its databases and goes: the channel's end is what asks it to.
      child.disconnect();
      endWithin(child, EXIT_WITHIN_MS);
    } else writeDown(active, message);
  });
  const stop = () => {
    send(child, { kind: "STOP", reason: active.stopped!, message: String(active.signal.reason) });
    endWithin(child, HEED_MS);
  };
  active.signal.addEventListener("abort", stop, { once: true });
  void active.abandoned.then(() => child.kill("SIGKILL"));

  const exit = await untilExit(child);
  if (ended !== null) return ended;
  if (!hasBegun && active.stopped === null)
    return {
      kind: "HAND_BACK",
      delayMs: TRY_TO_START_AGAIN_MS,
      error: `the process of its own that it needs did not start: ${describeDeath({ ...exit, stderr })}`,
    };
  const death = describeDeath({ ...exit, stderr });
  const ending = planEnding(new RunDied(active.run, death), {
    ...active.run,
    stopped: active.stopped,
    random: random(),
  });
  return ending.kind === "HAND_BACK" ? ending : { ...ending, death };
}

function writeDown({ journal }: ActiveRun, message: Exclude<FromLoneProcess, { kind: "BEGUN" | "ENDED" }>): void {
  if (message.kind === "LINE") journal.log[message.level](message.fields, message.message);
  else if (message.kind === "PROGRESS") journal.progress(message.done, message.total);
  else journal.reportProblem(message.problem);
}

function send(child: ChildProcess, message: ToLoneProcess): void {
  // A child that is gone needs no word; that it is gone is seen by its exit.
  if (child.connected) child.send(message, () => {});
}

function endWithin(child: ChildProcess, ms: number): void {
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  child.once("exit", () => clearTimeout(timer));
}

async function untilExit(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  try {
    const closed = once(child, "close").catch(() => {});
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    // Its last words may still be on their way.
    await Promise.race([closed, wait(1_000, undefined, { ref: false })]);
    return { code, signal };
  } catch {
    return { code: null, signal: null };
  }
}
