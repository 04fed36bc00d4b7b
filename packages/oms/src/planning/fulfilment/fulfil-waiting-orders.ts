import { shareBacklog, type TaskContext, type TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { StockAnswer } from "../../gateways/inventory/port.ts";
import { claimWaitingOrders, countWaitingOrders, lockClaimedOrders, releaseClaims } from "./claim-orders.sql.ts";
import { dryRunFulfilment } from "./dry-run-fulfilment.ts";
import { lockPlanningInput } from "./load-planning-input.ts";
import { addPlans, emptyPlanCounts } from "./plan-counts.ts";
import { planFulfilmentInSteps } from "../rules/plan-fulfilment.ts";
import { planInBatches, type PlanningContext } from "./plan-in-batches.ts";
import type { OrderPlan } from "../rules/plan-order.ts";
import { type PlanningSetup, preparePlanning } from "./planning-setup.ts";
import { savePlans } from "./save-plans.ts";
import { loadWaitingOrders } from "./waiting-order.sql.ts";

/** Plans waiting orders into packages (OMS guide, task 2), batch by batch, until none is left, the limit is reached or the signal says stop. */
export async function fulfilWaitingOrders(context: PlanningContext): Promise<TaskResult> {
  const { db, run, clock, gateways } = context;
  const startedAt = clock.now();
  const counts = emptyPlanCounts();
  const unknownSkus = new Set<string>();
  const backlog = await shareBacklog(context, {
    batchSize: gateways.settings.omsPlanBatchSize,
    mostHelpers: gateways.settings.omsPlanHelpers,
    count: (most) => countWaitingOrders(db, most),
  });
  if (backlog === 0) return { ...counts, unknownSkus: 0 };
  const setup = await preparePlanning(db);
  if (context.dryRun) return await dryRunFulfilment(context, setup);
  await planInBatches(context, {
    startedAt,
    backlog,
    unknownSkus,
    claim: (most, passedOver) => claimWaitingOrders(db, run.id, most, passedOver),
    async plan(claimed, answer) {
      const plans = await planBatch(context, claimed, answer, setup);
      addPlans(counts, plans);
      return { orderIds: plans.map(({ order }) => order.id), taken: plans.length };
    },
  });
  return { ...counts, unknownSkus: unknownSkus.size };
}

/**
 * Plans claimed orders in one transaction: locks, the pure plan, everything it means, and the end of the claims. Orders
 * that somebody else has planned meanwhile, or that got a SKU nobody asked the engine about, are left for a later run.
 */
async function planBatch(
  { db, run, clock }: TaskContext<object, unknown, Database>,
  claimed: readonly bigint[],
  answer: StockAnswer,
  setup: PlanningSetup,
): Promise<OrderPlan[]> {
  return await db.$transaction(async (tx) => {
    const ours = await lockClaimedOrders(tx, run.id, claimed);
    const orders = (await loadWaitingOrders(tx, ours)).filter(({ lines }) =>
      lines.every(({ sku }) => answer.asOf.has(sku)),
    );
    const plans = await planFulfilmentInSteps(orders, await lockPlanningInput(tx, orders, answer, setup));
    await savePlans(tx, plans, clock.now());
    await releaseClaims(tx, run.id, claimed);
    return plans;
  });
}
