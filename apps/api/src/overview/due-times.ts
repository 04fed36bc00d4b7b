import { setImmediate } from "node:timers/promises";

import { nextDue } from "@drumline/core/scheduling";
import { loadSchedules, loadSchedulesVersion, type StoredSchedule } from "@drumline/engine";

import type { ApiParts } from "../api.ts";

/** A schedule that runs, and when it is due next. */
export interface DueSchedule {
  readonly schedule: StoredSchedule;
  readonly dueAt: Date;
}

export interface DueTimes {
  /** All but the deleted ones. */
  readonly all: readonly StoredSchedule[];
  /** Those that are enabled, paused ones included, in the order in which they are due. */
  readonly due: readonly DueSchedule[];
}

/** Some crontabs take 40 µs; the event loop is given back after so many. */
const AT_ONCE = 200;

/**
 * When each schedule is due next. Rows are read when one of them has changed, and a time is computed when the one before has
 * passed: with 5,000 schedules a look costs little more than sorting them.
 */
export function knowDueTimes({ db, clock }: Pick<ApiParts, "db" | "clock">): () => Promise<DueTimes> {
  let version = "";
  let all: readonly StoredSchedule[] = [];
  let known = new Map<string, { readonly version: number; readonly dueAt: Date | null }>();

  return async () => {
    const current = await loadSchedulesVersion(db);
    if (current !== version) [version, all] = [current, await loadSchedules(db)];
    const now = clock.now();
    const next: typeof known = new Map();
    const due: DueSchedule[] = [];
    let computed = 0;
    for (const schedule of all) {
      if (!schedule.enabled || schedule.disabledReason !== null) continue;
      let entry = known.get(schedule.id);
      if (entry === undefined || entry.version !== schedule.version || (entry.dueAt !== null && entry.dueAt <= now)) {
        entry = { version: schedule.version, dueAt: nextDue(schedule.trigger, now, schedule.anchorAt) };
        computed += 1;
        if (computed % AT_ONCE === 0) await setImmediate();
      }
      next.set(schedule.id, entry);
      if (entry.dueAt !== null) due.push({ schedule, dueAt: entry.dueAt });
    }
    known = next;
    due.sort(
      (left, right) =>
        left.dueAt.getTime() - right.dueAt.getTime() || (left.schedule.key < right.schedule.key ? -1 : 1),
    );
    return { all, due };
  };
}
