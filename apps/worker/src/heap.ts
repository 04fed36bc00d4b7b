import { getHeapStatistics, setFlagsFromString } from "node:v8";

import type { Log } from "@drumline/core/log";

/** Batch after batch of short-lived rows: V8 would let the heap grow to several times what is in use before it looks. */
export const keepHeapSmall = (): void => setFlagsFromString("--heap-growing-percent=10");

/** The heap's size is a flag of the process, so that a worker that was started otherwise can only say so. */
export function warnOfOtherHeap(wantedMb: number, log: Log): void {
  const heapMb = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  // V8 adds its young generation, and rounds.
  if (heapMb >= wantedMb && heapMb <= wantedMb * 1.2 + 64) return;
  log.warn(
    { heapMb, wantedMb },
    "this worker's heap is not the one of WORKER_HEAP_MB: start it by npm run worker, or with --max-old-space-size",
  );
}
