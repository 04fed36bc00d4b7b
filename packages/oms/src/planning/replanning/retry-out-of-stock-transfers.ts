import { type JsonObject, pauseEnd, type TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import type { StockAnswer } from "../../gateways/inventory/port.ts";
import { queryStock } from "../fulfilment/query-stock.ts";
import { lockClaimedOrders, releaseClaims } from "../fulfilment/claim-orders.sql.ts";
import { loadPlanningInput, lockPlanningInput } from "../fulfilment/load-planning-input.ts";
import { planInBatches } from "../fulfilment/plan-in-batches.ts";
import { type PlanningSetup, preparePlanning } from "../fulfilment/planning-setup.ts";
import { fetchTo } from "../rules/apply-rule.ts";
import type { LocationLoad } from "../rules/candidates.ts";
import { type Accepts, coverAt, type Placement, unitsOf, without } from "../rules/place-lines.ts";
import { scenarioFor } from "../rules/plan-order.ts";
import type { PlanningInput } from "../rules/planning-input.ts";
import { BUILT_IN_TRANSFER } from "../rules/scenario.ts";
import { tryRisenAgain } from "../rules/try-again.ts";
import type { WaitingOrder } from "../rules/waiting-order.ts";
import { pauseAfterMs } from "../settings.ts";
import {
  claimTransferOrders,
  type DueTransfer,
  findTransferOrders,
  loadDueTransfers,
  saveTransferFailures,
} from "./due-transfers.sql.ts";
import type { ReplanContext } from "./replan-batch.ts";
import { type Resourced, replaceTransfers } from "./replace-transfers.ts";

const MOST_LISTED = 100;

/**
 * Looks for the goods elsewhere for transfers whose source had nothing (OMS guide, task 5): at the destination itself, which
 * may have got them meanwhile, then at other sources. What finds none waits, longer each time.
 */
export async function retryOutOfStockTransfers(context: ReplanContext): Promise<TaskResult> {
  const { db, run, clock, dryRun } = context;
  const now = clock.now();
  const counts = { due: 0, replaced: 0, stillShort: 0 };
  if ((await findTransferOrders(db, now, 1)).length === 0) return counts;
  const setup = await preparePlanning(context);
  if (dryRun) return await dryRunRetry(context, setup, now);
  await planInBatches(context, {
    startedAt: now,
    claim: (most, excluded) => claimTransferOrders(db, run.id, now, most, excluded),
    async plan(claimed, answer) {
      const { due, resourced } = await retryBatch(context, claimed, answer, setup, now);
      counts.due += due.length;
      counts.replaced += resourced.length;
      counts.stillShort += due.length - resourced.length;
      return { orderIds: due.map(({ order }) => order.id), taken: due.length };
    },
  });
  return counts;
}

async function retryBatch(
  { db, run, gateways }: ReplanContext,
  claimed: readonly bigint[],
  answer: StockAnswer,
  setup: PlanningSetup,
  now: Date,
): Promise<{ readonly due: readonly DueTransfer[]; readonly resourced: readonly Resourced[] }> {
  return await db.$transaction(async (tx) => {
    const ours = await lockClaimedOrders(tx, run.id, claimed);
    const due = (await loadDueTransfers(tx, ours, now)).filter(({ order }) =>
      order.lines.every(({ sku }) => answer.asOf.has(sku)),
    );
    const orders = due.map(({ order }) => order);
    const input = await lockPlanningInput(tx, orders, answer, setup);
    const planned = due.map((one) => ({
      due: one,
      placements: planTransfer(tryRisenAgain(one.order, input), one.destinationId, input),
    }));
    const resourced = planned.filter((one): one is Resourced & typeof one => one.placements !== null);
    await replaceTransfers(tx, resourced, run.task, now);
    await saveTransferFailures(
      tx,
      planned
        .filter(({ placements }) => placements === null)
        .map(({ due: { transferId, failures } }) => ({
          transferId,
          nextRetryAt: pauseEnd({ dueAt: run.dueAt, now }, pauseAfterMs(failures + 1, gateways.settings)),
        })),
      now,
    );
    await releaseClaims(tx, run.id, claimed);
    return { due, resourced };
  });
}

async function dryRunRetry(context: ReplanContext, setup: PlanningSetup, now: Date): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const ids = await findTransferOrders(db, now, Math.min(gateways.settings.omsPlanBatchSize, limit ?? Infinity));
  try {
    const answer = await queryStock(context, ids, new Set());
    const due = await loadDueTransfers(db, ids, now);
    const input = await loadPlanningInput(
      db,
      due.map(({ order }) => order),
      answer,
      setup,
    );
    const planned = due.map((one) => ({
      due: one,
      placements: planTransfer(tryRisenAgain(one.order, input), one.destinationId, input),
    }));
    const replaced = planned.filter(({ placements }) => placements !== null).length;
    return {
      due: due.length,
      replaced,
      stillShort: due.length - replaced,
      wouldRetry: planned.slice(0, MOST_LISTED).map(({ due: { number }, placements }): JsonObject => ({
        transfer: number,
        sources: placements?.map(({ location }) => location.erpCode) ?? "none",
      })),
    };
  } catch (error) {
    throw toOutcome(error);
  }
}

/**
 * Where all that a transfer should have brought comes from instead: what the destination has of it, and other sources by the
 * transfer rules; null where they do not have it all: a package waits for every unit anyway. Takes the units from the
 * input's stock.
 */
function planTransfer(order: WaitingOrder, destinationId: bigint, input: PlanningInput): Placement[] | null {
  const wants = order.lines.map((line) => ({ line, units: line.wanted }));
  const transferRules = scenarioFor(order, input.transfer, BUILT_IN_TRANSFER)?.rules ?? [];
  const load: LocationLoad = { openPackages: ({ openPackages }) => openPackages, isOpenedByThisOrder: () => false };
  const { locations, stock } = input;
  const destination = locations.find(({ id }) => id === destinationId);
  const there = destination === undefined ? [] : coverAt(destination, wants, stock, mayTryAgain);
  const left = without(wants, there);
  const fetched = fetchTo({ id: destinationId }, left, { order, locations, stock, load, transferRules });
  const placements = [...there, ...fetched];
  if (unitsOf(placements) !== unitsOf(wants)) return null;
  for (const { line, location, units } of placements) stock.take(location.id, line.productId, units);
  return placements;
}

/** The package is there already, whatever rule chose the place: only a failure speaks against it. */
const mayTryAgain: Accepts = ({ excludedLocationIds }, { id }) => !excludedLocationIds.includes(id);
