import type { JsonObject, TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import type { OmsContext } from "../../context.ts";
import { askStock } from "./ask-stock.ts";
import { findWaitingOrders } from "./claim-orders.sql.ts";
import { type PlanningSetup, rehearseWorld } from "./load-planning-input.ts";
import { planFulfilmentInSteps } from "./plan-fulfilment.ts";
import type { OrderPlan } from "./plan-order.ts";
import { createPlanTally } from "./plan-counts.ts";
import { loadWaitingOrders } from "./waiting-order.sql.ts";

const MOST_LISTED = 100;

/** Plans the next batch as it stands and writes nothing: the counts, and the first hundred orders with their packages. */
export async function rehearseFulfilment(context: OmsContext<object>, setup: PlanningSetup): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const tally = createPlanTally();
  const batch = await findWaitingOrders(db, Math.min(gateways.settings.planBatchSize, limit ?? Infinity));
  try {
    const answer = await askStock(context, batch, tally);
    const orders = await loadWaitingOrders(db, batch);
    const plans = await planFulfilmentInSteps(orders, await rehearseWorld(db, orders, answer, setup));
    tally.add(plans);
    return { ...tally.counts(), wouldPlan: plans.slice(0, MOST_LISTED).map(toListed) };
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
