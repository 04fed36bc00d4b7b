import { latestDue, type ResolvedSchedule } from "@drumline/core/scheduling";

/** A schedule that fell due within a step: once, however often, at its last instant there. */
export interface DueSchedule {
  readonly schedule: ResolvedSchedule;
  readonly dueAt: Date;
}

/**
 * The schedules with an occurrence in (after, until], each with its last one there, in the order of these instants. Those
 * before it are coalesced: a task that looks for all that is due finds the work of all of them.
 */
export function dueWithin(
  schedules: readonly ResolvedSchedule[],
  { anchor, after, until }: { readonly anchor: Date; readonly after: Date; readonly until: Date },
): DueSchedule[] {
  return schedules
    .flatMap((schedule) => {
      const dueAt = schedule.enabled ? latestDue(schedule.trigger, anchor, until) : null;
      return dueAt !== null && dueAt > after ? [{ schedule, dueAt }] : [];
    })
    .sort((left, right) => left.dueAt.getTime() - right.dueAt.getTime());
}
