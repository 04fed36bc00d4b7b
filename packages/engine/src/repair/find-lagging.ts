import { nextDue } from "@drumline/core/scheduling";

import type { Schedule } from "../schedules/schedule.ts";

/**
 * Schedules with an occurrence that should have had its tick by now: the tick was lost, or nobody was there.
 * They are advanced as if it had come.
 */
export function findLagging(schedules: readonly Schedule[], now: Date, tickWithinMs: number): string[] {
  const expectedBefore = now.getTime() - tickWithinMs;
  return schedules
    .filter(({ enabled }) => enabled)
    .filter(({ trigger, anchorAt, lastDueAt }) => {
      const due = nextDue(trigger, lastDueAt ?? anchorAt, anchorAt);
      return due !== null && due.getTime() < expectedBefore;
    })
    .map(({ id }) => id);
}
