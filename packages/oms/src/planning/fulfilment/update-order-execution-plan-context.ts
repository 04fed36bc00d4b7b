import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { countStaleContexts, type PlanPosition, updateContexts } from "./plan-context.sql.ts";

const BATCH = 1_000;
const MONTHS = 3;

/**
 * Brings the context of plans up to date with what became of them (OMS guide, task 15): plans of the last three months
 * with a package packed or beyond. What the task writes is our reading of it (oms-domain 2.3.8): where each package is,
 * with the stock there, beside the last attempts. A plan is left alone while its attempts and its packages are as they were:
 * their states, when they were shipped, and until they have come to their end, the stock where they are.
 */
export async function updateOrderExecutionPlanContext(
  context: TaskContext<object, unknown, Database>,
): Promise<TaskResult> {
  const { db, clock, signal, limit, dryRun } = context;
  const now = clock.now();
  const since = monthsBefore(now, MONTHS);
  if (dryRun) return await countStaleContexts(db, since, 100);
  const counts = { seen: 0, updated: 0 };
  for (let after: PlanPosition | null = { createdAt: since, id: 0n }; after !== null;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH, (limit ?? Infinity) - counts.seen);
    if (room <= 0) break;
    const batch = await updateContexts(db, after, room, now);
    counts.seen += batch.seen;
    counts.updated += batch.updated;
    after = batch.seen < room ? null : batch.end;
    context.progress(counts.seen);
  }
  return counts;
}

/** The same day of an earlier month, or the last one that month has. */
function monthsBefore(now: Date, months: number): Date {
  const day = new Date(now);
  day.setUTCDate(1);
  day.setUTCMonth(day.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  day.setUTCDate(Math.min(now.getUTCDate(), lastDay));
  return day;
}
