import type { TaskResult } from "@drumline/core/task";
import { toErrorText } from "@drumline/db";
import { toOutcome } from "@drumline/outbound/http";

import { importCancellationPlans } from "../cancellations/import-cancellation-plans.ts";
import type { PullContext } from "../imports/read-pages.ts";
import { recordPull } from "../imports/sync-cursor.sql.ts";
import { pushOrderUpdates } from "../messages/push-order-updates.ts";
import { followAgain } from "./follow-again.ts";
import { noteHeldOrders } from "./held-orders.sql.ts";
import { importOrders } from "./import-orders.ts";
import { importStockLocations } from "./import-stock-locations.ts";
import { leaveClosedLocations } from "./leave-closed-locations.ts";
import { noteStoppedTooLate } from "./stopped-too-late.sql.ts";
import { ORDERS_SOURCE } from "./upsert-orders.ts";

/**
 * Tells Omnitron what became of its orders, then pulls stock locations, new and changed orders, and what is to be
 * cancelled of them (OMS guide, task 1). Work at locations that are closed is taken away from them. Whatever goes wrong on the
 * way, every page is in wholly or not at all, and the next run goes on where this one stopped.
 */
export async function getOrdersFromOmnitron(context: PullContext): Promise<TaskResult> {
  const { db, clock, dryRun } = context;
  try {
    const told = await pushOrderUpdates(context);
    const locations = await importStockLocations(context);
    const unavailable = await leaveClosedLocations(context);
    const orders = await importOrders(context);
    if (!dryRun) await followAgain(context);
    const cancellations = await importCancellationPlans(context);
    if (!dryRun) {
      await noteHeldOrders(db, clock.now());
      await noteStoppedTooLate(db, clock.now());
      await recordPull(db, ORDERS_SOURCE, clock.now(), null);
    }
    return { ...orders, locations, unavailable, cancellations, told };
  } catch (error) {
    if (!dryRun && !context.signal.aborted) await recordFailure(context, error);
    throw toOutcome(error);
  }
}

/** Never hides why the pull failed: where not even that can be recorded, the run and the log still say it. */
async function recordFailure({ db, clock, log }: PullContext, error: unknown): Promise<void> {
  try {
    await recordPull(db, ORDERS_SOURCE, clock.now(), toErrorText(error));
  } catch (failure) {
    log.warn({ error: toErrorText(failure) }, "why the pull failed could not be kept with its cursor");
  }
}
