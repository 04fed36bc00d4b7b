import type { Job, Queue, RepeatOptions } from "bullmq";

/** How BullMQ learns when a schedule is due next: our own next-due, never its cron parser (research on DST holes, design rule 2). */
export type NextTick = (afterMs: number, repeat: RepeatOptions) => number | undefined;

export interface WorkerSettings {
  readonly concurrency: number;
  /** How long a job stays ours without a sign of life. */
  readonly lockMs: number;
}

/** A running consumer of one queue, as far as its owner needs it to stop. */
export interface QueueConsumer {
  /** Fetches no more, and resolves when the jobs under way have ended. */
  close(): Promise<void>;
  waitUntilReady(): Promise<unknown>;
}

/** One open door to the queues. Only the two files behind `openQueueBackend` know which one is behind it. */
export interface QueueBackend {
  readonly kind: "redis" | "postgres";
  /** Where it is, without a password. */
  readonly address: string;
  /** What a careful operator would want to change about the server. */
  readonly warnings: readonly string[];
  queue(name: string): Queue;
  worker(name: string, work: (job: Job) => Promise<unknown>, settings: WorkerSettings): QueueConsumer;
  /** Makes an idle consumer look at the queue now: a Redis with `hz 10` lets it sleep up to 100 ms past a due job. */
  wake(queueName: string): Promise<void>;
  /** Resolves when it takes writes; else throws why it does not. */
  ping(): Promise<void>;
  /** Ends the queues and connections opened here; workers are closed by whoever opened them. */
  close(): Promise<void>;
}

/**
 * How often a job may come back from consumers that died: as often as BullMQ can count on either backend (PostgreSQL keeps
 * it as a 32-bit integer). The ledger decides how often a run may be tried; BullMQ only brings a lost job back.
 */
export const MAX_STALLED_COUNT = 2 ** 31 - 1;

export interface QueueBackendOptions {
  readonly prefix: string;
  readonly production: boolean;
  readonly nextTick: NextTick;
  /** Connections the PostgreSQL backend may hold per queue. */
  readonly maxConnections?: number;
  readonly onError: (error: Error, where: string) => void;
}
