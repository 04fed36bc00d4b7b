import type { JsonObject, TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import { askStock } from "./ask-stock.ts";
import { findWaitingOrders } from "./claim-orders.sql.ts";
import { loadPlanningInput } from "./load-planning-input.ts";
import { planFulfilmentInSteps } from "../rules/plan-fulfilment.ts";
import type { PlanningContext } from "./plan-in-batches.ts";
import type { OrderPlan } from "../rules/plan-order.ts";
import { addPlans, emptyPlanCounts } from "./plan-counts.ts";
import type { PlanningSetup } from "./planning-setup.ts";
import { loadWaitingOrders } from "./waiting-order.sql.ts";

const MOST_LISTED = 100;

/** Plans the next batch as it stands and writes nothing: the counts, and the first hundred orders with their packages. */
export async function dryRunFulfilment(context: PlanningContext, setup: PlanningSetup): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const counts = emptyPlanCounts();
  const unknownSkus = new Set<string>();
  const batch = await findWaitingOrders(db, Math.min(gateways.settings.omsPlanBatchSize, limit ?? Infinity));
  try {
    const answer = await askStock(context, batch, unknownSkus);
    const orders = await loadWaitingOrders(db, batch);
    const plans = await planFulfilmentInSteps(orders, await loadPlanningInput(db, orders, answer, setup));
    addPlans(counts, plans);
    return { ...counts, unknownSkus: unknownSkus.size, wouldPlan: plans.slice(0, MOST_LISTED).map(toListed) };
  } catch (error) {
    throw toOutcome(error);
  }
}

function toListed({ order, packages }: OrderPlan): JsonObject {
  return {
    order: order.number,
    packages: packages.map(({ number, location, state, items }) => ({
      number,
      location: location.erpCode,
      state,
      items: items.map(({ line, units }) => ({ sku: line.sku, quantity: units })),
    })),
  };
}
