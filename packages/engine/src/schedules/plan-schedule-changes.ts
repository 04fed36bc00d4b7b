import { type DesiredSchedule, type Schedule, toContentHash, toTriggerText } from "./schedule.ts";

/** An ENV schedule whose content differs from its row. */
export interface ScheduleChange {
  readonly before: Schedule;
  readonly after: DesiredSchedule;
  /** A new trigger, or a schedule switched on again, counts from now: nothing before can be missed. */
  readonly restartsClock: boolean;
}

/** What a start of beat would do to the ENV schedules. */
export interface ScheduleChanges {
  readonly added: readonly DesiredSchedule[];
  readonly changed: readonly ScheduleChange[];
  /** ENV schedules that are no longer desired: disabled, never deleted, so that their history stays (design rule 6). */
  readonly removed: readonly Schedule[];
  readonly unchanged: readonly Schedule[];
}

/**
 * What a restart of beat does to the ENV schedules; `drumline plan` shows it without doing it. An entry that a newer
 * catalogue wrote is not missing from this one: it is not known here yet, and stays as it is.
 */
export function planScheduleChanges(
  existing: readonly Schedule[],
  desired: readonly DesiredSchedule[],
  catalogueVersion: number,
): ScheduleChanges {
  const byKey = new Map(existing.filter(({ source }) => source === "ENV").map((schedule) => [schedule.key, schedule]));
  const added: DesiredSchedule[] = [];
  const changed: ScheduleChange[] = [];
  const unchanged: Schedule[] = [];
  for (const after of desired) {
    const before = byKey.get(after.key);
    byKey.delete(after.key);
    if (before === undefined) added.push(after);
    else if (before.contentHash === toContentHash(after) && before.pingUrl === after.pingUrl) unchanged.push(before);
    else changed.push({ before, after, restartsClock: restartsClock(before, after) });
  }
  const removed = [...byKey.values()].filter((row) => row.enabled && row.catalogueVersion <= catalogueVersion);
  return { added, changed, removed, unchanged };
}

/** Switching off and on again counts as new, changing arguments does not. */
export function restartsClock(before: Schedule, after: DesiredSchedule): boolean {
  return toTriggerText(before.trigger) !== toTriggerText(after.trigger) || (!before.enabled && after.enabled);
}
