import type { JsonObject, TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import type { OmsContext } from "../../context.ts";
import { doApart, resolveRefusals } from "../../imports/refused-work.ts";
import { askStock } from "../fulfilment/ask-stock.ts";
import { releaseClaims } from "../fulfilment/claim-orders.sql.ts";
import { type PlanningSetup, rehearseWorld } from "../fulfilment/load-planning-input.ts";
import { planFulfilmentInSteps } from "../fulfilment/plan-fulfilment.ts";
import { createPlanTally } from "../fulfilment/plan-counts.ts";
import { preparePlanning } from "../fulfilment/planning-setup.ts";
import type { PlanningTrigger } from "../fulfilment/waiting-order.ts";
import type { PackageState } from "../../states/index.ts";
import { claimReplanOrders, countDuePackages, findReplanOrders, type ReplanScope } from "./claim-replans.sql.ts";
import { hasPlaced, replanBatch, type Replanned } from "./replan-batch.ts";
import { loadReplans } from "./replan.sql.ts";

const MOST_LISTED = 100;

/**
 * Plans packages in these states again that are due (oms-domain 2.3.5), batch by batch. What finds a place is replaced by
 * new packages; what does not stays as it is and is tried again after a pause that grows.
 */
export async function replanPackages(
  context: OmsContext<object>,
  states: readonly PackageState[],
  trigger: PlanningTrigger,
): Promise<TaskResult> {
  const { db, signal, limit, run, gateways, clock, dryRun } = context;
  const scope: ReplanScope = { states, now: clock.now() };
  const counts = { due: 0, replanned: 0, stillShort: 0, packages: 0 };
  const backlog = await askForHelp(context, scope);
  if (backlog === 0) return counts;
  const setup = await preparePlanning(context);
  if (dryRun) return await rehearseReplanning(context, scope, trigger, setup);

  const tally = createPlanTally();
  const passedOver: bigint[] = [];
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(gateways.settings.planBatchSize, (limit ?? Infinity) - counts.due);
    const claimed = room > 0 ? await claimReplanOrders(db, run.id, scope, room, passedOver) : [];
    if (claimed.length === 0) {
      await resolveRefusals(context, scope.now);
      return counts;
    }
    try {
      const answer = await askStock(context, claimed, tally);
      const parts = await doApart(context, claimed, {
        what: "order",
        work: (ids) => replanBatch(context, ids, answer, setup, scope, trigger),
        release: (refused) =>
          releaseClaims(
            db,
            run.id,
            refused.map(({ id }) => id),
          ),
      });
      const replanned = parts.flat();
      const done = new Set(replanned.map(({ replan }) => replan.order.id));
      passedOver.push(...claimed.filter((id) => !done.has(id)));
      addTo(counts, replanned);
    } catch (error) {
      await releaseClaims(db, run.id, claimed);
      throw toOutcome(error);
    }
    context.progress(counts.due, Math.max(backlog, counts.due));
  }
}

async function askForHelp({ db, gateways, askForHelpers }: OmsContext<object>, scope: ReplanScope) {
  const { planBatchSize, planHelpers } = gateways.settings;
  const backlog = await countDuePackages(db, scope, planBatchSize * (planHelpers + 1));
  await askForHelpers(Math.ceil(backlog / planBatchSize) - 1);
  return backlog;
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

async function rehearseReplanning(
  context: OmsContext<object>,
  scope: ReplanScope,
  trigger: PlanningTrigger,
  setup: PlanningSetup,
): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const counts = { due: 0, replanned: 0, stillShort: 0, packages: 0 };
  const ids = await findReplanOrders(db, scope, Math.min(gateways.settings.planBatchSize, limit ?? Infinity));
  try {
    const answer = await askStock(context, ids, createPlanTally());
    const replans = await loadReplans(db, ids, scope, trigger);
    const orders = replans.map(({ order }) => order);
    const plans = await planFulfilmentInSteps(orders, await rehearseWorld(db, orders, answer, setup));
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
