import { type JsonObject, shareBacklog, type TaskContext, type TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { toOutcome } from "@drumline/outbound/http";

import type { StockAnswer } from "../../gateways/inventory/port.ts";
import { unitsOf } from "../rules/place-lines.ts";
import { planFulfilmentInSteps } from "../rules/plan-fulfilment.ts";
import type { OrderPlan } from "../rules/plan-order.ts";
import { queryStock } from "./query-stock.ts";
import {
  claimWaitingOrders,
  countWaitingOrders,
  findWaitingOrders,
  lockClaimedOrders,
  releaseClaims,
} from "./claim-orders.sql.ts";
import { loadPlanningInput, lockPlanningInput } from "./load-planning-input.ts";
import { planInBatches, type PlanningContext } from "./plan-in-batches.ts";
import { type PlanningSetup, preparePlanning } from "./planning-setup.ts";
import { savePlans } from "./save-plans.ts";
import { loadWaitingOrders } from "./waiting-order.sql.ts";

const MOST_LISTED = 100;

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
  const setup = await preparePlanning(context);
  if (context.dryRun) return await dryRunFulfilment(context, setup);
  await planInBatches(context, {
    startedAt,
    backlog,
    unknownSkus,
    claim: (most, excluded) => claimWaitingOrders(db, run.id, most, excluded),
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
    await savePlans(tx, plans, { at: clock.now(), runId: run.id });
    await releaseClaims(tx, run.id, claimed);
    return plans;
  });
}

/** Plans the next batch as it stands and writes nothing: the counts, and the first hundred orders with their packages. */
async function dryRunFulfilment(context: PlanningContext, setup: PlanningSetup): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const counts = emptyPlanCounts();
  const unknownSkus = new Set<string>();
  const batch = await findWaitingOrders(db, Math.min(gateways.settings.omsPlanBatchSize, limit ?? Infinity));
  try {
    const answer = await queryStock(context, batch, unknownSkus);
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

/** What a planning run has done so far, as the run's result shows it. */
type PlanCounts = ReturnType<typeof emptyPlanCounts>;

/** The counts of a run that has planned nothing yet. */
const emptyPlanCounts = () => ({ orders: 0, packages: 0, transfers: 0, outOfStockPackages: 0, shortUnits: 0 });

/** Adds what was planned to the counts. */
function addPlans(counts: PlanCounts, plans: readonly OrderPlan[]): void {
  const packages = plans.flatMap((plan) => plan.packages);
  counts.orders += plans.length;
  counts.packages += packages.length;
  counts.transfers += packages.reduce((sum, { transfers }) => sum + transfers.length, 0);
  counts.outOfStockPackages += packages.filter(({ state }) => state === "OUT_OF_STOCK").length;
  counts.shortUnits += unitsOf(plans.flatMap(({ shortfalls }) => shortfalls));
}
