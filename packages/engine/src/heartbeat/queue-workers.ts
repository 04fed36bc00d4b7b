import { BEAT_QUEUE } from "@drumline/core/queue";

import type { ProcessRow } from "./heartbeat.sql.ts";
import { isLiving } from "./living-processes.ts";

/** What a process says of its work; null where a release older than this one does not say it. */
export interface ProcessWork {
  readonly queues: readonly string[] | null;
  /** Runs it may have under way in each of its queues. */
  readonly concurrency: number | null;
  readonly running: number | null;
}

/** Of a beat, the queue of its ticks. */
export function toProcessWork({ kind, info }: Pick<ProcessRow, "kind" | "info">): ProcessWork {
  const said = (typeof info === "object" && info !== null ? info : {}) as Readonly<Record<string, unknown>>;
  const number = (name: string) => (typeof said[name] === "number" ? said[name] : null);
  const queues = kind === "beat" ? [BEAT_QUEUE] : Array.isArray(said["queues"]) ? said["queues"].map(String) : null;
  return { queues, concurrency: number("concurrency"), running: number("running") };
}

/** How many living processes take runs from a queue, and how many runs they may have under way together. */
export function toQueueWorkers(processes: readonly ProcessRow[], queue: string): { workers: number; slots: number } {
  const takers = processes
    .filter((process) => (process.kind === "worker" || process.kind === "beat") && isLiving(process))
    .map(toProcessWork)
    .filter(({ queues }) => queues?.includes(queue) === true);
  return { workers: takers.length, slots: takers.reduce((sum, { concurrency }) => sum + (concurrency ?? 1), 0) };
}
