import { recordAuditEvents } from "@drumline/audit/audit-events";
import { SECOND_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { closeGoneDiscrepancies } from "./discrepancy-problems.sql.ts";
import { countDiscrepancies, listDiscrepancies, releaseDiscrepancyBatch } from "./discrepancies.sql.ts";
import type { ReservationSettings } from "./settings.ts";

const BATCH = 2_000;
const MOST_LISTED = 100;

/**
 * Opens stock again that an item not found had blocked (OMS guide, task 6), for the package that failed there as well.
 */
export async function clearInventoryDiscrepancies(
  context: TaskContext<object, { readonly settings: ReservationSettings }, Database>,
): Promise<TaskResult> {
  const { db, clock, signal, limit, dryRun, gateways } = context;
  const now = clock.now();
  const before = new Date(now.getTime() - gateways.settings.omsDiscrepancyMinAgeSeconds * SECOND_MS);
  if (dryRun) {
    const released = Math.min(await countDiscrepancies(db, before), limit ?? Infinity);
    return { released, wouldRelease: await listDiscrepancies(db, before, Math.min(MOST_LISTED, released)) };
  }
  let released = 0;
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH, (limit ?? Infinity) - released);
    const count = room > 0 ? await releaseBatch(context, before, room) : 0;
    released += count;
    if (count < BATCH) return { released };
    context.progress(released);
  }
}

/** With a record of it for whoever asks why stock is open again. */
async function releaseBatch(
  { db, clock, run }: TaskContext<object, unknown, Database>,
  before: Date,
  limit: number,
): Promise<number> {
  const now = clock.now();
  return await db.$transaction(async (tx) => {
    const released = await releaseDiscrepancyBatch(tx, before, limit, now);
    const content = { command: "DISCREPANCY_CLEARED", released, made_before: before.toISOString() };
    if (released > 0) {
      await closeGoneDiscrepancies(tx, "the discrepancy was cleared", now);
      await recordAuditEvents(tx, [
        { timestamp: now, actor: run.task, entityType: "reservation", entityId: run.id, content },
      ]);
    }
    return released;
  });
}
