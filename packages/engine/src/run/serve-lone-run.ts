import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";

import { type StorableJson, toStorableJson } from "@drumline/core/text";

import { createActiveRuns } from "./active-runs.ts";
import type { ClaimedRun } from "./claim-runs.sql.ts";
import { type ExecuteOptions, executeRun } from "./execute-run.ts";
import { type FromLoneProcess, LONE_RUN_ARGUMENT, type ToLoneProcess } from "./lone-process.ts";
import type { RunJournal } from "./run-journal.ts";

/** Whether this process was started by a worker for one run. */
export const isLoneProcess = (): boolean => process.argv.includes(LONE_RUN_ARGUMENT);

const HEED_MS = 2_000;

/**
 * The other side of `createLoneRunner`: waits for its run, runs it, tells how it ended, and ends when the channel does. It
 * holds no lease and writes no end: a worker that dies meanwhile takes this process with it.
 */
export function serveLoneRun(executing: ExecuteOptions): { stop(): Promise<void> } {
  const active = createActiveRuns();
  endWithParent();
  let running: Promise<void> = Promise.resolve();

  const run = async (claimed: ClaimedRun) => {
    const begun = active.begin(claimed, forwardingJournal);
    tell({ kind: "BEGUN" });
    const ending = await executeRun(begun, executing);
    active.end(begun);
    tell({ kind: "ENDED", ending });
  };

  const onMessage = (message: ToLoneProcess) => {
    if (message.kind === "RUN") running = run(message.run);
    else for (const { stop } of active.list()) stop(message.reason, message.message);
  };
  process.on("message", onMessage);

  return {
    stop: async () => {
      // Asked to end by a signal to the whole group: the worker decides what becomes of its run, and closes the channel.
      if (process.connected)
        await Promise.race([running, new Promise((resolve) => process.once("disconnect", resolve))]);
      for (const {
        run: { id },
        stop,
      } of active.list())
        stop("shutdown", `the worker of run ${id} is gone`);
      await Promise.race([running, wait(HEED_MS, undefined, { ref: false })]);
      process.off("message", onMessage);
      // A handler that will not end must not keep a process that nobody listens to any more.
      if (active.list().length > 0) process.exit(1);
    },
  };
}

const LOOK_AFTER_PARENT_EVERY_MS = 500;

/** Beside the event loop, which a handler may hold for ever: such a process would outlive its worker and take a whole core. */
function endWithParent(): void {
  const program = `setInterval((parent) => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, ${LOOK_AFTER_PARENT_EVERY_MS}, ${process.ppid})`;
  // Without the flags of this process: its heap is the run's alone.
  new Worker(program, { eval: true, execArgv: [] }).unref();
}

function tell(message: FromLoneProcess): void {
  if (process.connected) process.send!(message);
}

const toLine = (level: "info" | "warn" | "error") => (fields: object, message: string) =>
  tell({ kind: "LINE", level, fields: Object(toStorableJson(fields) satisfies StorableJson), message });

/** Says everything to the worker, which keeps and bounds it. */
const forwardingJournal: RunJournal = {
  log: { debug: () => {}, info: toLine("info"), warn: toLine("warn"), error: toLine("error") },
  progress: (done, total) => tell({ kind: "PROGRESS", done, ...(total === undefined ? {} : { total }) }),
  reportProblem: ({ recordId, error }) => tell({ kind: "PROBLEM", problem: { recordId, error } }),
  unsavedLines: () => [],
  markSaved: () => {},
  state: { progress: null, problems: [], problemCount: 0 },
};
