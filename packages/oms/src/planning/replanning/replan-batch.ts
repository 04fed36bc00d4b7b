import { pauseEnd, type TaskContext, type Turn } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";

import type { StockAnswer } from "../../gateways/inventory/port.ts";
import { applyTransitions, type StateChange } from "../../states/index.ts";
import { lockClaimedOrders, releaseClaims } from "../fulfilment/claim-orders.sql.ts";
import { lockPlanningInput } from "../fulfilment/load-planning-input.ts";
import type { PlanningContext } from "../fulfilment/plan-in-batches.ts";
import type { PlanningSetup } from "../fulfilment/planning-setup.ts";
import { saveAttempts } from "../fulfilment/save-plans.sql.ts";
import { savePlanned } from "../fulfilment/save-plans.ts";
import { planFulfilmentInSteps } from "../rules/plan-fulfilment.ts";
import type { OrderPlan } from "../rules/plan-order.ts";
import type { PlanningTrigger } from "../rules/waiting-order.ts";
import { pauseAfterMs, type PauseSettings } from "../settings.ts";
import type { ReplanScope } from "./claim-replans.sql.ts";
import { openNoPlaceLeft } from "./no-place-left.sql.ts";
import { linkReplacements, loadReplans, type Replacement, type Replan, saveFailures } from "./replan.sql.ts";

/** What planning again needs: that of planning, and the pauses after a failure. */
export type ReplanContext = TaskContext<
  object,
  PlanningContext["gateways"] & { readonly settings: PauseSettings },
  Database
>;

/** A package and what planning it again came to. */
export interface Replanned {
  readonly replan: Replan;
  readonly plan: OrderPlan;
}

/** The orders' longest due packages, planned again in one transaction. */
export async function replanBatch(
  { db, run, gateways }: ReplanContext,
  claimed: readonly bigint[],
  answer: StockAnswer,
  setup: PlanningSetup,
  scope: ReplanScope,
  trigger: PlanningTrigger,
): Promise<Replanned[]> {
  return await db.$transaction(async (tx) => {
    const ours = await lockClaimedOrders(tx, run.id, claimed);
    const replans = (await loadReplans(tx, ours, scope, trigger)).filter(({ order }) =>
      order.lines.every(({ sku }) => answer.asOf.has(sku)),
    );
    const orders = replans.map(({ order }) => order);
    const plans = await planFulfilmentInSteps(orders, await lockPlanningInput(tx, orders, answer, setup));
    const replanned = plans.map((plan, index) => ({ plan, replan: replans[index]! }));
    await saveReplanned(tx, replanned, gateways.settings, { dueAt: run.dueAt, now: scope.now, runId: run.id });
    await releaseClaims(tx, run.id, claimed);
    return replanned;
  });
}

/** Anything placed is a success: the new packages, one of them for what is still short, take the old one's place. */
export const hasPlaced = ({ plan }: Replanned): boolean => plan.packages.some(({ state }) => state !== "OUT_OF_STOCK");

async function saveReplanned(
  tx: Transaction,
  replanned: readonly Replanned[],
  settings: PauseSettings,
  turn: Turn & { readonly runId: string },
): Promise<void> {
  if (replanned.length === 0) return;
  const { now } = turn;
  const planIds = await saveAttempts(
    tx,
    replanned.map(({ plan }) => plan),
    { at: now, runId: turn.runId },
  );
  const placed = replanned.filter(hasPlaced);
  const failed = replanned.filter((one) => !hasPlaced(one));
  const packages = await savePlanned(
    tx,
    placed.map(({ plan }) => plan),
    planIds,
    "REPLAN",
    now,
  );
  await applyTransitions(
    tx,
    [
      ...placed.map(toReplacedChange),
      ...failed.filter(({ replan }) => replan.state !== "OUT_OF_STOCK").map(toFailedChange),
    ],
    now,
  );
  const nextAt = ({ failures }: Replan) => pauseEnd(turn, pauseAfterMs(failures + 1, settings));
  await linkReplacements(
    tx,
    placed.flatMap(({ replan, plan }) =>
      plan.packages.map(({ number, state }): Replacement => ({
        oldId: replan.packageId,
        newId: packages.package(number),
        failures: state === "OUT_OF_STOCK" ? replan.failures + 1 : null,
        nextReplanAt: state === "OUT_OF_STOCK" ? nextAt(replan) : null,
      })),
    ),
  );
  await saveFailures(
    tx,
    failed.map(({ replan }) => ({
      packageId: replan.packageId,
      failures: replan.failures + 1,
      nextReplanAt: nextAt(replan),
    })),
    now,
  );
  await openNoPlaceLeft(
    tx,
    failed.map(({ replan }) => replan),
    now,
  );
}

const toReplacedChange = ({ replan, plan }: Replanned): StateChange => ({
  entity: "package",
  id: replan.packageId,
  command: "REPLAN",
  actor: "drumline",
  attributes: { reason: "REPLANNED", replanned_to: plan.packages.map(({ number }) => number) },
});

const toFailedChange = ({ replan }: Replanned): StateChange => ({
  entity: "package",
  id: replan.packageId,
  command: "REPLAN_FAILED",
  actor: "drumline",
});
