import type { Clock } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";

import { loadLivingProcesses } from "../heartbeat/living-processes.ts";
import { planScheduleChanges, type ScheduleChanges } from "./plan-schedule-changes.ts";
import { disableSchedules, insertSchedules, updateSchedules } from "./save-schedules.sql.ts";
import type { DesiredSchedule } from "./schedule.ts";
import { loadSchedules } from "./schedule-rows.sql.ts";

/**
 * Makes the ENV rows what the env keys say, once per start of a beat: of several beats with the same catalogue, the last
 * one started decides. Null, and nothing is touched, while a beat with a newer catalogue lives: what it wrote stands,
 * also when an older one is started again in the middle of a roll-out.
 * One transaction under a lock, so that beats that start together do it one after the other.
 */
export async function syncEnvSchedules(
  db: Database,
  clock: Clock,
  desired: readonly DesiredSchedule[],
  catalogueVersion: number,
): Promise<ScheduleChanges | null> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('drumline.schedules'))`);
    if ((await loadLivingProcesses(tx)).newestCatalogue > catalogueVersion) return null;
    const changes = planScheduleChanges(await loadSchedules(tx), desired, catalogueVersion);
    const writing = { now: clock.now(), catalogueVersion };
    await insertSchedules(tx, changes.added, writing);
    await updateSchedules(tx, changes.changed, writing);
    const reason = "its entry is no longer in the catalogue";
    await disableSchedules(tx, changes.removed, { reason, catalogueVersion });
    return changes;
  });
}
