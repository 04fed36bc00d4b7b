import { integer } from "../config/index.ts";

const HEAP_MB = 512;

/** For the worker's settings, and for whoever starts one. */
export const workerHeapMb = integer("WORKER_HEAP_MB", {
  fallback: HEAP_MB,
  min: 128,
  max: 65_536,
  about:
    "Megabytes of heap a worker may use; answers from outside share three eighths of it. Read where a worker is started " +
    "(npm run worker, npm start, docker-compose.yml): Node takes it as a flag.",
});

/**
 * How Node runs a worker. `heapMb` bounds what it may hold (WORKER_HEAP_MB): answers from outside reserve their share of
 * it before they are read (outbound's answer budget), so a smaller heap means fewer large answers at once, not a crash.
 * The other two keep it small in daily work: short-lived rows are collected early, by one thread of V8's own instead of
 * four. They are flags and no settings of a running process, because V8 reads them before the first line of ours.
 */
export const toWorkerNodeFlags = (heapMb: number = HEAP_MB): readonly string[] => [
  "--max-semi-space-size=1",
  `--max-old-space-size=${heapMb}`,
  "--v8-pool-size=1",
];
