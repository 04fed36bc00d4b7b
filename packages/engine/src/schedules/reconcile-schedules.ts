import type { Clock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { loadLivingProcesses } from "../heartbeat/living-processes.ts";
import type { TickTimer } from "./tick-timer.ts";
import { clearFlags, flagSchedules } from "./mark-schedule.sql.ts";
import type { ScheduleChanges } from "./plan-schedule-changes.ts";
import { loadSchedules, loadSchedulesVersion } from "./schedule-rows.sql.ts";
import type { DesiredSchedule, FindTask, StoredSchedule } from "./schedule.ts";
import { syncEnvSchedules } from "./sync-env-schedules.ts";
import { syncRepeatableJobs } from "./sync-repeatable-jobs.ts";

export interface ReconcileOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly clock: Clock;
  readonly tickTimer: TickTimer;
  readonly desired: readonly DesiredSchedule[];
  readonly findTask: FindTask;
  readonly catalogueVersion: number;
  readonly reconcileEveryMs: number;
}

/** Keeps a beat's schedules in step: env keys with rows once, rows with BullMQ's repeatable jobs again and again. */
export function createScheduleReconciler(options: ReconcileOptions): {
  /** What it changed in the ENV rows; null when it did not touch them. Cheap when nothing has changed. */
  reconcile(): Promise<ScheduleChanges | null>;
} {
  const { db, backend, log, clock, tickTimer, findTask, catalogueVersion } = options;
  const isKnown = (task: string) => findTask(task)?.built === true;
  let envIsInStep = false;
  let saidThatItWaits = false;
  let version = "";
  let reconciledAtMs = 0;

  /** Once, or as soon as the last beat with a newer catalogue is gone. */
  const syncEnv = async (): Promise<ScheduleChanges | null> => {
    if (envIsInStep) return null;
    const changes = await syncEnvSchedules(db, clock, options.desired, catalogueVersion);
    envIsInStep = changes !== null;
    if (!envIsInStep && !saidThatItWaits) {
      log.warn({ catalogue: catalogueVersion }, "a beat with a newer catalogue lives: its schedules stand as they are");
      saidThatItWaits = true;
    }
    return changes;
  };

  return {
    reconcile: async () => {
      const changes = await syncEnv();
      const current = await loadSchedulesVersion(db);
      const isDue = clock.now().getTime() - reconciledAtMs >= options.reconcileEveryMs;
      if (current === version && !isDue) return changes;
      const { newestCatalogue } = await loadLivingProcesses(db);
      const { nextTicksMs, busy, ...counts } = await syncRepeatableJobs({
        backend,
        isKnown,
        catalogueVersion,
        newestCatalogue,
        loadSchedules: async () => {
          const schedules = await loadSchedules(db);
          // The newest catalogue knows best what there is; an older one would only fail to know what is new.
          if (catalogueVersion >= newestCatalogue) await flagSchedulesThatStand(db, log, schedules, isKnown);
          return schedules;
        },
      });
      for (const dueMs of nextTicksMs) tickTimer.wakeAt(dueMs);
      // What was busy stays out of step until the next call.
      if (busy === 0) {
        version = current;
        reconciledAtMs = clock.now().getTime();
      }
      if (counts.upserted + counts.removed > 0) log.info(counts, "repeatable jobs reconciled");
      return changes;
    },
  };
}

/**
 * An enabled schedule whose task the newest living beat does not know, or whose time nobody can read, says so in its row, in
 * health and in the log; it stays enabled, and goes on by itself once that is mended: a row that SQL wrote, a removed task, a
 * roll-back.
 */
async function flagSchedulesThatStand(
  db: Database,
  log: Log,
  schedules: readonly StoredSchedule[],
  isKnown: (task: string) => boolean,
): Promise<void> {
  const unreadable = schedules.filter((schedule) => schedule.unreadable !== null);
  const enabled = schedules.filter((schedule) => schedule.enabled);
  const unknown = enabled.filter(({ task }) => !isKnown(task));
  const mended = enabled.filter(({ task, disabledReason }) => isKnown(task) && disabledReason !== null);
  const flagged = await flagSchedules(db, [
    ...unknown.map(({ id, task }) => ({
      id,
      reason: `no living beat knows its task ${task}; it goes on by itself once one does`,
    })),
    ...unreadable.map(({ id, unreadable: reason }) => ({ id, reason: reason! })),
  ]);
  await clearFlags(db, mended);
  const isNew = ({ id }: StoredSchedule) => flagged.has(id);
  for (const { key, task } of unknown.filter(isNew))
    log.warn({ schedule: key, task, code: "UNKNOWN_TASK" }, "schedule does not run: no living beat knows its task");
  for (const { key, task, unreadable: reason } of unreadable.filter(isNew))
    log.warn(
      { schedule: key, task, reason, code: "UNREADABLE_SCHEDULE" },
      "schedule does not run: its time cannot be read",
    );
  for (const { key, task } of mended)
    log.info({ schedule: key, task }, "nothing keeps the schedule any more: it goes on");
}
