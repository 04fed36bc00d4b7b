import type { Clock } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";

import { planScheduleChanges, type ScheduleChanges } from "./plan-schedule-changes.ts";
import { disableSchedules, insertSchedules, updateSchedules } from "./save-schedules.sql.ts";
import type { DesiredSchedule } from "./schedule.ts";
import { loadSchedules } from "./schedule-rows.sql.ts";

/**
 * Makes the ENV rows what the env keys say, once per start of a beat: of several beats, the last one started decides.
 * One transaction under a lock, so that beats that start together do it one after the other.
 */
export async function syncEnvSchedules(
  db: Database,
  clock: Clock,
  desired: readonly DesiredSchedule[],
): Promise<ScheduleChanges> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('drumline.schedules'))`);
    const changes = planScheduleChanges(await loadSchedules(tx), desired);
    const now = clock.now();
    await insertSchedules(tx, changes.added, now);
    await updateSchedules(tx, changes.changed, now);
    await disableSchedules(tx, changes.removed, "its entry is no longer in the catalogue");
    return changes;
  });
}
