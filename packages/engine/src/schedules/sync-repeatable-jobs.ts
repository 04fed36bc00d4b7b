import { BEAT_QUEUE, isTickTaken, parseTickDueMs, type QueueBackend, removeScheduler } from "@drumline/core/queue";
import pLimit from "p-limit";

import { toRepeatOptions } from "./repeat-options.ts";
import type { Schedule } from "./schedule.ts";

export interface SyncCounts {
  readonly upserted: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Whose tick is being worked on, so that their job could not be changed now; to be tried again soon. */
  readonly busy: number;
  /** When each repeatable job that is held now ticks next, in epoch milliseconds. */
  readonly nextTicksMs: readonly number[];
}

/** A BullMQ tick says which schedule is due; everything else is read from the ledger when it arrives. */
export interface TickData {
  readonly scheduleId: string;
  readonly hash: string;
  /** Of the beat that registered it. */
  readonly catalogue: number;
}

export interface SyncOptions {
  readonly backend: QueueBackend;
  /** All rows but the deleted, of known tasks or not. */
  readonly loadSchedules: () => Promise<readonly Schedule[]>;
  readonly isKnown: (task: string) => boolean;
  readonly catalogueVersion: number;
  /** The newest catalogue that a living beat has. */
  readonly newestCatalogue: number;
}

const KEPT_TICKS = { count: 100 };
/** Upserts under way together: one round trip each, so one after the other would take a second for some hundred schedules. */
const AT_ONCE = 50;

type Queue = ReturnType<QueueBackend["queue"]>;

/**
 * Makes BullMQ's repeatable jobs what the enabled schedules say. Compared by content hash, since an upsert of an
 * unchanged cron schedule would delete a tick that is already due (measured on BullMQ 6.7).
 * A schedule whose tick fires meanwhile holds up no other: it is counted as busy, and its turn comes again.
 * A schedule of an unknown task keeps its job, and what a newer beat that lives has registered is its own.
 */
export async function syncRepeatableJobs(options: SyncOptions): Promise<SyncCounts> {
  const { backend, isKnown, catalogueVersion, newestCatalogue } = options;
  const queue = backend.queue(BEAT_QUEUE);
  // Jobs first: rows are written before their jobs, so a job without a row is one whose schedule is gone.
  const held = new Map((await queue.getJobSchedulers()).map((scheduler) => [scheduler.key, scheduler]));
  const enabled = (await options.loadSchedules()).filter((schedule) => schedule.enabled);
  const dataOf = (key: string) => held.get(key)?.template?.data as Partial<TickData> | undefined;
  const isOthers = (key: string) =>
    newestCatalogue > catalogueVersion && (dataOf(key)?.catalogue ?? 0) > catalogueVersion;

  const stale = enabled.filter(({ key, id, task, contentHash, anchorAt }) => {
    if (!isKnown(task) || isOthers(key)) return false;
    return dataOf(key)?.hash !== toTickHash(contentHash, anchorAt) || dataOf(key)?.scheduleId !== id;
  });
  const wanted = new Set(enabled.map(({ key }) => key));
  const gone = [...held.values()].filter(({ key }) => !wanted.has(key) && !isOthers(key));
  const limit = pLimit(AT_ONCE);
  const upserted = await limit.map(stale, (schedule) => upsertScheduler(queue, schedule, catalogueVersion));
  const busy = upserted.filter((dueMs) => dueMs === "busy").length;
  const ticksMs = [...enabled.map(({ key }) => held.get(key)?.next), ...upserted];
  await limit.map(gone, ({ key, next }) => removeScheduler(queue, key, next));
  return {
    upserted: stale.length - busy,
    removed: gone.length,
    unchanged: enabled.length - stale.length,
    busy,
    nextTicksMs: ticksMs.filter((dueMs): dueMs is number => typeof dueMs === "number"),
  };
}

/** @returns the due instant of its first tick, or that another tick of it is being worked on */
async function upsertScheduler(queue: Queue, schedule: Schedule, catalogue: number): Promise<number | null | "busy"> {
  const { key, id, task, trigger, anchorAt, contentHash } = schedule;
  const data: TickData = { scheduleId: id, hash: toTickHash(contentHash, anchorAt), catalogue };
  try {
    const tick = await queue.upsertJobScheduler(key, toRepeatOptions(trigger, anchorAt), {
      name: task,
      data,
      opts: { removeOnComplete: KEPT_TICKS, removeOnFail: KEPT_TICKS },
    });
    return parseTickDueMs(tick?.id);
  } catch (error) {
    if (isTickTaken(error)) return "busy";
    throw error;
  }
}

/** The anchor belongs to it: switching off and on again restarts the clock without changing the content. */
const toTickHash = (contentHash: string, anchorAt: Date): string => `${contentHash}@${anchorAt.getTime()}`;
