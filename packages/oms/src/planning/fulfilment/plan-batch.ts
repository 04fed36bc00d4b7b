import type { OmsContext } from "../../context.ts";
import type { StockAnswer } from "../../gateways/inventory/port.ts";
import { lockClaimedOrders, releaseClaims } from "./claim-orders.sql.ts";
import { lockWorld, type PlanningSetup } from "./load-planning-input.ts";
import { planFulfilmentInSteps } from "./plan-fulfilment.ts";
import type { OrderPlan } from "./plan-order.ts";
import { savePlans } from "./save-plans.ts";
import { loadWaitingOrders } from "./waiting-order.sql.ts";

/**
 * Plans claimed orders in one transaction: locks, the pure plan, everything it means, and the end of the claims. Orders
 * that somebody else has planned meanwhile, or that got a SKU nobody asked the engine about, are left for a later run.
 */
export async function planBatch(
  { db, run, clock }: OmsContext<object>,
  claimed: readonly bigint[],
  answer: StockAnswer,
  setup: PlanningSetup,
): Promise<OrderPlan[]> {
  return await db.$transaction(async (tx) => {
    const ours = await lockClaimedOrders(tx, run.id, claimed);
    const orders = (await loadWaitingOrders(tx, ours)).filter(({ lines }) =>
      lines.every(({ sku }) => answer.asOf.has(sku)),
    );
    const plans = await planFulfilmentInSteps(orders, await lockWorld(tx, orders, answer, setup));
    await savePlans(tx, plans, clock.now());
    await releaseClaims(tx, run.id, claimed);
    return plans;
  });
}
