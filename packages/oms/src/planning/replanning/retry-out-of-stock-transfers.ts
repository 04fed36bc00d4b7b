import type { JsonObject, TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import type { OmsContext } from "../../context.ts";
import { doApart, resolveRefusals } from "../../imports/refused-work.ts";
import type { StockAnswer } from "../../gateways/inventory/port.ts";
import {
  claimTransferOrders,
  findTransferOrders,
  loadDueTransfers,
  saveTransferFailures,
} from "./due-transfers.sql.ts";
import { planTransfer } from "./plan-transfer.ts";
import { type Resourced, saveNewSources } from "./save-new-sources.ts";
import { pauseAfterMs } from "../settings.ts";
import { askStock } from "../fulfilment/ask-stock.ts";
import { lockClaimedOrders, releaseClaims } from "../fulfilment/claim-orders.sql.ts";
import { lockWorld, type PlanningSetup, rehearseWorld } from "../fulfilment/load-planning-input.ts";
import { createPlanTally } from "../fulfilment/plan-counts.ts";
import { preparePlanning } from "../fulfilment/planning-setup.ts";

const MOST_LISTED = 100;

interface Retried {
  readonly transferIds: readonly bigint[];
  readonly orderIds: readonly bigint[];
  readonly resourced: readonly Resourced[];
}

/** Looks for another source for transfers whose own had nothing (OMS guide, task 5); what finds none waits, longer each time. */
export async function retryOutOfStockTransfers(context: OmsContext<object>): Promise<TaskResult> {
  const { db, run, clock, signal, limit, gateways, dryRun } = context;
  const now = clock.now();
  const counts = { due: 0, replaced: 0, stillShort: 0 };
  if ((await findTransferOrders(db, now, 1)).length === 0) return counts;
  const setup = await preparePlanning(context);
  if (dryRun) return await rehearse(context, setup, now);
  const tally = createPlanTally();
  const passedOver: bigint[] = [];
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(gateways.settings.planBatchSize, (limit ?? Infinity) - counts.due);
    const claimed = room > 0 ? await claimTransferOrders(db, run.id, now, room, passedOver) : [];
    if (claimed.length === 0) {
      await resolveRefusals(context, now);
      return counts;
    }
    try {
      const answer = await askStock(context, claimed, tally);
      const parts = await doApart(context, claimed, {
        what: "order",
        work: (ids) => retryBatch(context, ids, answer, setup, now),
        release: (refused) =>
          releaseClaims(
            db,
            run.id,
            refused.map(({ id }) => id),
          ),
      });
      const seen = new Set(parts.flatMap(({ orderIds }) => orderIds));
      passedOver.push(...claimed.filter((id) => !seen.has(id)));
      for (const { transferIds, resourced } of parts) {
        counts.due += transferIds.length;
        counts.replaced += resourced.length;
        counts.stillShort += transferIds.length - resourced.length;
      }
    } catch (error) {
      await releaseClaims(db, run.id, claimed);
      throw toOutcome(error);
    }
    context.progress(counts.due);
  }
}

async function retryBatch(
  { db, run, gateways }: OmsContext<object>,
  claimed: readonly bigint[],
  answer: StockAnswer,
  setup: PlanningSetup,
  now: Date,
): Promise<Retried> {
  return await db.$transaction(async (tx) => {
    const ours = await lockClaimedOrders(tx, run.id, claimed);
    const due = (await loadDueTransfers(tx, ours, now)).filter(({ order }) =>
      order.lines.every(({ sku }) => answer.asOf.has(sku)),
    );
    const orders = due.map(({ order }) => order);
    const world = await lockWorld(tx, orders, answer, setup);
    const planned = due.map((one) => ({ due: one, placements: planTransfer(one.order, one.destinationId, world) }));
    const resourced = planned.filter((one): one is Resourced & typeof one => one.placements !== null);
    await saveNewSources(tx, resourced, run.task, now);
    await saveTransferFailures(
      tx,
      planned
        .filter(({ placements }) => placements === null)
        .map(({ due: { transferId, failures } }) => ({
          transferId,
          nextRetryAt: new Date(now.getTime() + pauseAfterMs(failures + 1, gateways.settings.replan)),
        })),
      now,
    );
    await releaseClaims(tx, run.id, claimed);
    return { transferIds: due.map(({ transferId }) => transferId), orderIds: orders.map(({ id }) => id), resourced };
  });
}

async function rehearse(context: OmsContext<object>, setup: PlanningSetup, now: Date): Promise<TaskResult> {
  const { db, limit, gateways } = context;
  const ids = await findTransferOrders(db, now, Math.min(gateways.settings.planBatchSize, limit ?? Infinity));
  try {
    const answer = await askStock(context, ids, createPlanTally());
    const due = await loadDueTransfers(db, ids, now);
    const world = await rehearseWorld(
      db,
      due.map(({ order }) => order),
      answer,
      setup,
    );
    const planned = due.map((one) => ({ due: one, placements: planTransfer(one.order, one.destinationId, world) }));
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
