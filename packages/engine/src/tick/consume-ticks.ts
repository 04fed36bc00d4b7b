import { BEAT_QUEUE, type QueueConsumer } from "@drumline/core/queue";
import { createGroupCommit } from "@drumline/db";

import type { TickData } from "../schedules/sync-repeatable-jobs.ts";
import { type AdvanceOptions, advanceSchedules } from "./advance-schedules.ts";

// BullMQ creates the next tick when this one starts, so ticks must never queue up behind each other.
const TICKS_AT_ONCE = 1_000;
const LOCK_MS = 10_000;
// A transaction and a round trip to the queue for each of 200 ticks a second is half a core; nobody notices 10 ms.
const GATHER_MS = 10;

/** Turns ticks into runs: those that arrive together are decided in one transaction and dispatched in one round trip. */
export function consumeTicks(options: AdvanceOptions, count: (ticks: number) => void): QueueConsumer {
  const advances = createGroupCommit(
    async (scheduleIds: readonly string[]) => {
      await advanceSchedules(options, scheduleIds);
      count(scheduleIds.length);
      return scheduleIds;
    },
    { maxItems: TICKS_AT_ONCE, gatherMs: GATHER_MS },
  );
  return options.backend.worker(BEAT_QUEUE, (job) => advances.add((job.data as TickData).scheduleId), {
    concurrency: TICKS_AT_ONCE,
    lockMs: LOCK_MS,
  });
}
