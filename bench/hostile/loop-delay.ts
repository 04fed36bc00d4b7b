import { readFileSync } from "node:fs";
import { createHistogram } from "node:perf_hooks";

/** How late a worker's loop came to its timers since the measuring began. */
export interface LoopDelay {
  readonly loopDelay: {
    /** What the process itself took: without the time in which the machine gave its processors to others. */
    readonly p999Ms: number;
    readonly maxMs: number;
    /** The same with that time: what a user feels on this machine just now. */
    readonly withOthersP999Ms: number;
  };
}

const TICK_MS = 10;
const TELL_MS = 1_000;

// Preloaded into a worker of this bench: measures once the parent says so, and tells it every second.
process.on("message", (message) => {
  if (message !== "measure") return;
  const [own, all] = [createHistogram(), createHistogram()];
  let lastMs = performance.now();
  let lastWaitedMs = readWaitedMs();
  setInterval(() => {
    const nowMs = performance.now();
    const waitedMs = readWaitedMs();
    const lateMs = nowMs - lastMs - TICK_MS;
    all.record(toRecord(lateMs));
    own.record(toRecord(lateMs - (waitedMs - lastWaitedMs)));
    [lastMs, lastWaitedMs] = [nowMs, waitedMs];
  }, TICK_MS).unref();
  setInterval(() => {
    const loopDelay = { p999Ms: own.percentile(99.9), maxMs: own.max, withOthersP999Ms: all.percentile(99.9) };
    if (process.connected) process.send!({ loopDelay } satisfies LoopDelay);
  }, TELL_MS).unref();
});

/** A histogram begins at 1. */
const toRecord = (ms: number): number => Math.max(1, Math.round(ms));

/** How long this thread has waited for a processor in all; 0 where the system does not tell. */
function readWaitedMs(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}
