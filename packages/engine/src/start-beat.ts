import { type Clock, systemClock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import { BEAT_QUEUE, type QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { startHeartbeat } from "./heartbeat/heartbeat.ts";
import { sweep } from "./repair/sweep.ts";
import { repeatEvery } from "./repeat-every.ts";
import type { ScheduleChanges } from "./schedules/plan-schedule-changes.ts";
import type { DesiredSchedule, FindTask } from "./schedules/schedule.ts";
import { loadSchedules, loadSchedulesVersion } from "./schedules/schedule-rows.sql.ts";
import { syncEnvSchedules } from "./schedules/sync-env-schedules.ts";
import { syncRepeatableJobs } from "./schedules/sync-repeatable-jobs.ts";
import { consumeTicks } from "./tick/consume-ticks.ts";
import type { TickAlarm } from "./tick/tick-alarm.ts";

export interface BeatOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly alarm: TickAlarm;
  readonly clock?: Clock;
  /** The ENV schedules; API rows are read from the ledger. */
  readonly desired: readonly DesiredSchedule[];
  readonly findTask: FindTask;
  readonly deduplicate: boolean;
  /** BullMQ is compared with the ledger this often, besides at every change of a schedule. */
  readonly reconcileEveryMs: number;
  readonly repairEveryMs: number;
  /** A run that waits longer is looked up on the queue. */
  readonly silentForMs: number;
}

export interface RunningBeat {
  readonly changes: ScheduleChanges;
  stop(): Promise<void>;
}

const WATCH_EVERY_MS = 2_000;
const TICK_WITHIN_MS = 3_000;

/** Keeps the time. Any number of beats may run at once: the unique row per occurrence decides, not a leader. */
export async function startBeat(options: BeatOptions): Promise<RunningBeat> {
  const { db, backend, log, alarm, desired, findTask, clock = systemClock } = options;
  const changes = await syncEnvSchedules(db, clock, desired);
  let version = "";
  let reconciledAtMs = 0;

  const reconcile = async () => {
    const current = await loadSchedulesVersion(db);
    const isDue = clock.now().getTime() - reconciledAtMs >= options.reconcileEveryMs;
    if (current === version && !isDue) return;
    const schedules = (await loadSchedules(db)).filter(({ task }) => findTask(task)?.built);
    const { nextTicksMs, ...counts } = await syncRepeatableJobs(backend, schedules);
    for (const dueMs of nextTicksMs) alarm.ringAt(dueMs);
    version = current;
    reconciledAtMs = clock.now().getTime();
    if (counts.upserted + counts.removed > 0) log.info(counts, "repeatable jobs reconciled");
  };

  await reconcile();
  alarm.listen(() => void backend.wake(BEAT_QUEUE).catch(() => {}));
  const consumer = consumeTicks({ ...options, clock });
  await consumer.waitUntilReady();
  const watching = repeatEvery(WATCH_EVERY_MS, "reconciling schedules", log, reconcile);
  const repairing = repeatEvery(options.repairEveryMs, "repairing the ledger", log, () =>
    sweep({ ...options, clock, tickWithinMs: TICK_WITHIN_MS }),
  );
  const heartbeat = await startHeartbeat({
    db,
    log,
    kind: "beat",
    everyMs: 5_000,
    info: () => ({ schedules: desired.filter(({ enabled }) => enabled).length }),
  });

  return {
    changes,
    stop: async () => {
      alarm.stop();
      await Promise.all([watching.stop(), repairing.stop()]);
      await consumer.close();
      await heartbeat.stop();
    },
  };
}
