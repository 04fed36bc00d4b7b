import { messageOf } from "@drumline/core/errors";
import type { TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import type { OmsContext } from "../context.ts";
import { importOrders, ORDERS_SOURCE } from "./import-orders.ts";
import { importStockLocations } from "./import-stock-locations.ts";
import { recordPull } from "./sync-cursor.sql.ts";

/**
 * Pulls stock locations, then new and changed orders, from Omnitron (OMS guide, task 1). Whatever goes wrong on the way,
 * every page is in wholly or not at all, and the next run goes on where this one stopped.
 */
export async function getOrdersFromOmnitron(context: OmsContext<object>): Promise<TaskResult> {
  const { db, clock, dryRun } = context;
  try {
    const locations = await importStockLocations(context);
    const orders = await importOrders(context);
    if (!dryRun) await recordPull(db, ORDERS_SOURCE, clock.now(), null);
    return { ...orders, locations };
  } catch (error) {
    if (!dryRun && !context.signal.aborted) await recordPull(db, ORDERS_SOURCE, clock.now(), messageOf(error));
    throw toOutcome(error);
  }
}
