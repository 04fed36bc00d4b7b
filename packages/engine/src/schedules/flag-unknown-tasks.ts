import type { Log } from "@drumline/core/log";
import type { Database } from "@drumline/db";

import { clearFlags, flagSchedules } from "./mark-schedule.sql.ts";
import type { Schedule } from "./schedule.ts";

/**
 * An enabled schedule whose task the newest living beat does not know says so in its row, in health and in the log; it
 * stays enabled, and goes on by itself once a beat knows the task: a row that SQL wrote, a removed task, a roll-back.
 */
export async function flagUnknownTasks(
  db: Database,
  log: Log,
  schedules: readonly Schedule[],
  isKnown: (task: string) => boolean,
): Promise<void> {
  const enabled = schedules.filter((schedule) => schedule.enabled);
  const unknown = enabled.filter(({ task, disabledReason }) => !isKnown(task) && disabledReason === null);
  const known = enabled.filter(({ task, disabledReason }) => isKnown(task) && disabledReason !== null);
  await flagSchedules(db, unknown);
  await clearFlags(db, known);
  for (const { key, task } of unknown)
    log.warn({ schedule: key, task, code: "UNKNOWN_TASK" }, "schedule does not run: no living beat knows its task");
  for (const { key, task } of known) log.info({ schedule: key, task }, "the task is known again: its schedule goes on");
}
