import { DAY_MS } from "@drumline/core/clock";
import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { InventoryGateway, StockAnswer } from "../../gateways/inventory/port.ts";
import { loadSkus } from "./waiting-order.sql.ts";

type StockContext = TaskContext<object, { readonly inventory: InventoryGateway }, Database>;

/**
 * Asks the inventory engine about everything the orders want; outside any transaction, since it takes as long as it takes.
 * Reports a SKU it does not know once per run: those in `unknownSkus` are reported already.
 */
export async function queryStock(
  { db, gateways, signal, clock, reportProblem }: StockContext,
  orderIds: readonly bigint[],
  unknownSkus: Set<string>,
): Promise<StockAnswer> {
  const answer = await gateways.inventory.queryStock(await loadSkus(db, orderIds), signal);
  for (const { sku, error } of answer.problems) reportProblem({ recordId: `sku ${sku}`, error });
  for (const sku of answer.unknownSkus) {
    if (unknownSkus.has(sku)) continue;
    unknownSkus.add(sku);
    reportProblem({
      recordId: `sku ${sku}`,
      error: "the inventory engine does not know this SKU: orders that want it stay out of stock until it does",
    });
  }
  return { ...answer, asOf: notFromTheFuture(answer.asOf, clock.now()) };
}

/** An engine whose clock is years ahead would have the last word about its stock for as long; hours do no harm. */
function notFromTheFuture(asOf: StockAnswer["asOf"], now: Date): StockAnswer["asOf"] {
  const latestMs = now.getTime() + DAY_MS;
  return new Map([...asOf].map(([sku, at]) => [sku, at.getTime() > latestMs ? now : at]));
}
