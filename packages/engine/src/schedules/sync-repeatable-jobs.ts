import { BEAT_QUEUE, type QueueBackend } from "@drumline/core/queue";

import { toRepeatOptions } from "./repeat-options.ts";
import type { Schedule } from "./schedule.ts";

export interface SyncCounts {
  readonly upserted: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** A BullMQ tick says which schedule is due; everything else is read from the ledger when it arrives. */
export interface TickData {
  readonly scheduleId: string;
  readonly hash: string;
}

const KEPT_TICKS = { count: 100 };

/**
 * Makes BullMQ's repeatable jobs what the enabled schedules say. Compared by content hash, since an upsert of an
 * unchanged cron schedule would delete a tick that is already due (measured on BullMQ 6.7).
 */
export async function syncRepeatableJobs(backend: QueueBackend, schedules: readonly Schedule[]): Promise<SyncCounts> {
  const queue = backend.queue(BEAT_QUEUE);
  const held = new Map((await queue.getJobSchedulers()).map((scheduler) => [scheduler.key, scheduler]));
  const desired = schedules.filter(({ enabled }) => enabled);
  const stale = desired.filter(({ key, id, contentHash, anchorAt }) => {
    const data = held.get(key)?.template?.data as TickData | undefined;
    return data?.hash !== toTickHash(contentHash, anchorAt) || data.scheduleId !== id;
  });
  const wanted = new Set(desired.map(({ key }) => key));
  const gone = [...held.values()].filter(({ key }) => !wanted.has(key));

  for (const { key, id, task, trigger, anchorAt, contentHash } of stale) {
    const data: TickData = { scheduleId: id, hash: toTickHash(contentHash, anchorAt) };
    await queue.upsertJobScheduler(key, toRepeatOptions(trigger, anchorAt), {
      name: task,
      data,
      opts: { removeOnComplete: KEPT_TICKS, removeOnFail: KEPT_TICKS },
    });
  }
  for (const { key, next } of gone) {
    await queue.removeJobScheduler(key);
    // BullMQ takes the delayed tick with it, but not one that already waits.
    if (next !== undefined) await (await queue.getJob(`repeat:${key}:${next}`))?.remove().catch(() => {});
  }
  return { upserted: stale.length, removed: gone.length, unchanged: desired.length - stale.length };
}

/** The anchor belongs to it: switching off and on again restarts the clock without changing the content. */
const toTickHash = (contentHash: string, anchorAt: Date): string => `${contentHash}@${anchorAt.getTime()}`;
