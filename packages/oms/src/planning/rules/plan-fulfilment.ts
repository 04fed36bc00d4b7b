import { createLongStepYielder } from "@drumline/core/process";

import { type OrderPlan, planOrder } from "./plan-order.ts";
import type { PlanningInput } from "./planning-input.ts";
import { tryRisenAgain } from "./try-again.ts";
import type { WaitingOrder } from "./waiting-order.ts";

/**
 * Plans a batch in the order given: an earlier order takes units first. Pure: the same orders and input give the same
 * plans, no unit is promised twice, and every unit wanted is in exactly one package or in a shortfall.
 */
export function planFulfilment(orders: readonly WaitingOrder[], input: PlanningInput): OrderPlan[] {
  return [...planEach(orders, input)];
}

/** As `planFulfilment`, with turns for others between two orders: a batch of big ones takes its time. */
export async function planFulfilmentInSteps(
  orders: readonly WaitingOrder[],
  input: PlanningInput,
): Promise<OrderPlan[]> {
  const pause = createLongStepYielder();
  const plans: OrderPlan[] = [];
  for (const plan of planEach(orders, input)) {
    plans.push(plan);
    await pause();
  }
  return plans;
}

function* planEach(orders: readonly WaitingOrder[], input: PlanningInput): Generator<OrderPlan, void, void> {
  const openPackages = new Map(input.locations.map(({ id, openPackages: open }) => [id, open]));
  for (const order of orders) {
    const plan = planOrder(tryRisenAgain(order, input), input, openPackages);
    for (const { location, state } of plan.packages)
      if (state !== "OUT_OF_STOCK") openPackages.set(location.id, (openPackages.get(location.id) ?? 0) + 1);
    yield plan;
  }
}
