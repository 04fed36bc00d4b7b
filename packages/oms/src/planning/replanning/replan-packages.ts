import { type JsonObject, shareBacklog, type TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import { closeOversold } from "../../states/oversold.sql.ts";
import type { PackageState } from "../../states/index.ts";
import { EXCEPTION_STATES, STOCK_EXCEPTION_STATES } from "../../states/package-states.ts";
import { queryStock } from "../fulfilment/query-stock.ts";
import { loadPlanningInput } from "../fulfilment/load-planning-input.ts";
import { planInBatches } from "../fulfilment/plan-in-batches.ts";
import { type PlanningSetup, preparePlanning } from "../fulfilment/planning-setup.ts";
import { planFulfilmentInSteps } from "../rules/plan-fulfilment.ts";
import type { PlanningTrigger } from "../rules/waiting-order.ts";
import { claimReplanOrders, countDuePackages, findReplanOrders, type ReplanScope } from "./claim-replans.sql.ts";
import { closeNoPlaceLeft } from "./no-place-left.sql.ts";
import { hasPlaced, replanBatch, type ReplanContext, type Replanned } from "./replan-batch.ts";
import { loadReplans } from "./replan.sql.ts";

const MOST_LISTED = 100;

/** Plans packages again that need it, for whatever reason (OMS guide, task 3); one without any place left is a problem. */
export async function fulfilReplaningOrders(context: ReplanContext): Promise<TaskResult> {
  const result = await replanPackages(context, EXCEPTION_STATES, "REPLAN");
  if (context.dryRun) return result;
  await closeNoPlaceLeft(context.db, context.clock.now());
  await closeOversold(context.db, context.clock.now());
  return result;
}

/** Plans packages again that lack stock or hold a broken product (OMS guide, task 4): some of those task 3 takes too. */
export const retryOutOfStockPackages = (context: ReplanContext): Promise<TaskResult> =>
  replanPackages(context, STOCK_EXCEPTION_STATES, "OOS_RETRY");

/**
 * Plans packages in these states again that are due (oms-domain 2.3.5), batch by batch. What finds a place is replaced by
 * new packages; what does not stays as it is and is tried again after a pause that grows.
 */
async function replanPackages(
  context: ReplanContext,
  states: readonly PackageState[],
  trigger: PlanningTrigger,
): Promise<TaskResult> {
  const { db, run, gateways, clock, dryRun } = context;
  const scope: ReplanScope = { states, now: clock.now() };
  const counts = { due: 0, replanned: 0, stillShort: 0, packages: 0 };
  const backlog = await shareBacklog(context, {
    batchSize: gateways.settings.omsPlanBatchSize,
    mostHelpers: gateways.settings.omsPlanHelpers,
    count: (most) => countDuePackages(db, scope, most),
  });
  if (backlog === 0) return counts;
  const setup = await preparePlanning(context);
  if (dryRun) return await dryRunReplanning(context, scope, trigger, setup);
  await planInBatches(context, {
    startedAt: scope.now,
    backlog,
    claim: (most, excluded) => claimReplanOrders(db, run.id, scope, most, excluded),
    async plan(claimed, answer) {
      const replanned = await replanBatch(context, claimed, answer, setup, scope, trigger);
      addTo(counts, replanned);
      return { orderIds: replanned.map(({ replan }) => replan.order.id), taken: replanned.length };
    },
  });
  return counts;
}

function addTo(
  counts: { due: number; replanned: number; stillShort: number; packages: number },
  replanned: readonly Replanned[],
): void {
  const placed = replanned.filter(hasPlaced);
  counts.due += replanned.length;
  counts.replanned += placed.length;
  counts.stillShort += replanned.length - placed.length;
  counts.packages += placed.flatMap(({ plan }) => plan.packages).length;
}

async function dryRunReplanning(
  context: ReplanContext,
  scope: ReplanScope,
  trigger: PlanningTrigger,
  setup: PlanningSetup,
): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const counts = { due: 0, replanned: 0, stillShort: 0, packages: 0 };
  const ids = await findReplanOrders(db, scope, Math.min(gateways.settings.omsPlanBatchSize, limit ?? Infinity));
  try {
    const answer = await queryStock(context, ids, new Set());
    const replans = await loadReplans(db, ids, scope, trigger);
    const orders = replans.map(({ order }) => order);
    const plans = await planFulfilmentInSteps(orders, await loadPlanningInput(db, orders, answer, setup));
    const replanned = plans.map((plan, index) => ({ plan, replan: replans[index]! }));
    addTo(counts, replanned);
    return { ...counts, wouldReplan: replanned.slice(0, MOST_LISTED).map(toListed) };
  } catch (error) {
    throw toOutcome(error);
  }
}

const toListed = (one: Replanned): JsonObject => ({
  package: one.replan.packageNumber,
  state: one.replan.state,
  becomes: hasPlaced(one)
    ? one.plan.packages.map(({ number, location, state }) => ({ number, location: location.erpCode, state }))
    : "still short",
});
