import { DAY_MS } from "@drumline/core/clock";
import type { HasWork } from "@drumline/oms/has-work";

import type { DueSchedule } from "./due-schedules.ts";

/** The tasks that have work after Omnitron's orders or cancellations changed. */
const TASKS_OF_NEWS = new Set([
  "oms.orders.tasks.get_orders_from_omnitron",
  "oms.fulfilment.tasks.fulfil_waiting_orders",
  "oms.orders.tasks.process_cancellation_plans",
]);
/** A task for which nothing waits still runs so often. */
const IDLE_RUN_EVERY_MS = DAY_MS;

/**
 * Leaves out, of the schedules that are due, those whose task would find nothing: they run once a virtual day all the
 * same, and so does every task when it is asked for. `lastRunAt` is kept up to date.
 */
export function chooseRuns(
  due: readonly DueSchedule[],
  {
    at,
    isNews,
    hasWork,
    lastRunAt,
  }: {
    readonly at: Date;
    /** Something has come about at Omnitron in this step or the one before. */
    readonly isNews: boolean;
    /** Null: every due task runs. */
    readonly hasWork: HasWork | null;
    readonly lastRunAt: Map<string, number>;
  },
): DueSchedule[] {
  const chosen = due.filter(({ schedule: { task } }) => {
    const isWanted =
      hasWork === null ||
      ((hasWork as Readonly<Record<string, boolean>>)[task] ?? true) ||
      (isNews && TASKS_OF_NEWS.has(task));
    return isWanted || at.getTime() - (lastRunAt.get(task) ?? -Infinity) >= IDLE_RUN_EVERY_MS;
  });
  for (const { schedule } of chosen) lastRunAt.set(schedule.task, at.getTime());
  return chosen;
}
