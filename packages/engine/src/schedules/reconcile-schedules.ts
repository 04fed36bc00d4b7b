import type { Clock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { loadFleet } from "../heartbeat/living-processes.ts";
import type { TickAlarm } from "./tick-timer.ts";
import { flagUnknownTasks } from "./flag-unknown-tasks.ts";
import type { ScheduleChanges } from "./plan-schedule-changes.ts";
import { loadSchedules, loadSchedulesVersion } from "./schedule-rows.sql.ts";
import type { DesiredSchedule, FindTask } from "./schedule.ts";
import { syncEnvSchedules } from "./sync-env-schedules.ts";
import { syncRepeatableJobs } from "./sync-repeatable-jobs.ts";

export interface ScheduleKeeperOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly clock: Clock;
  readonly alarm: TickAlarm;
  readonly desired: readonly DesiredSchedule[];
  readonly findTask: FindTask;
  readonly catalogueVersion: number;
  readonly reconcileEveryMs: number;
}

/** Keeps a beat's schedules in step: env keys with rows once, rows with BullMQ's repeatable jobs again and again. */
export function createScheduleKeeper(options: ScheduleKeeperOptions): {
  /** What it changed in the ENV rows; null when it did not touch them. Cheap when nothing has changed. */
  reconcile(): Promise<ScheduleChanges | null>;
} {
  const { db, backend, log, clock, alarm, findTask, catalogueVersion } = options;
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
      const { newestCatalogue } = await loadFleet(db);
      const { nextTicksMs, ...counts } = await syncRepeatableJobs({
        backend,
        isKnown,
        catalogueVersion,
        newestCatalogue,
        loadSchedules: async () => {
          const schedules = await loadSchedules(db);
          // The newest catalogue knows best what there is; an older one would only fail to know what is new.
          if (catalogueVersion >= newestCatalogue) await flagUnknownTasks(db, log, schedules, isKnown);
          return schedules;
        },
      });
      for (const dueMs of nextTicksMs) alarm.ringAt(dueMs);
      version = current;
      reconciledAtMs = clock.now().getTime();
      if (counts.upserted + counts.removed > 0) log.info(counts, "repeatable jobs reconciled");
      return changes;
    },
  };
}
