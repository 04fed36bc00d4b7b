import { shareBacklog, type TaskContext, type TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { applyMovements } from "./apply-movements.ts";
import { claimMovements, countWaitingMovements, findWaitingEffects, reopenMovements } from "./waiting-movements.sql.ts";
import type { InventorySettings } from "./settings.ts";
import { closeKnownSkus } from "./stock-problems.ts";
import { countStockEvents, takeStockEvents } from "./take-stock-events.ts";
import type { AppliedMovements } from "./write-effects.sql.ts";

/** So many that a product is locked and written once for several of its movements; applied in less than a second. */
const BATCH_MOVEMENTS = 20_000;
const MOST_HELPERS = 3;
const MOST_LISTED = 100;

type InventoryContext = TaskContext<object, { readonly settings: InventorySettings }, Database>;

/**
 * Applies what happened to pieces to the levels of their products, each movement once: a batch is claimed, applied and told of
 * in one transaction, those that the OMS and eComNow tell among them. What waited for a product that is there now is applied as well.
 */
export async function updateProductsInventory(context: InventoryContext): Promise<TaskResult> {
  const { db, clock, limit, signal } = context;
  if (context.dryRun) {
    const wouldApply = await findWaitingEffects(db, Math.min(MOST_LISTED, limit ?? Infinity));
    const unreadEvents = await countStockEvents(context);
    return {
      waiting: await countWaitingMovements(db, Number.MAX_SAFE_INTEGER),
      wouldApply,
      ...(unreadEvents === null ? {} : { unreadEvents }),
    };
  }
  const taken = await takeStockEvents(context);
  await reopenAll(context);
  const backlog = await shareBacklog(context, {
    batchSize: BATCH_MOVEMENTS,
    mostHelpers: MOST_HELPERS,
    count: (most) => countWaitingMovements(db, most),
  });
  const done = {
    ...(taken === null ? {} : { taken: { ...taken } }),
    applied: 0,
    late: 0,
    counts: 0,
    unknownSkus: 0,
    refusedProducts: 0,
  };
  for (let claimed = 0; ;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH_MOVEMENTS, (limit ?? Infinity) - claimed);
    if (backlog === 0 || room <= 0) return done;
    const batch = await applyBatch(db, room, clock.now());
    claimed += batch.claimed;
    done.applied += batch.applied;
    done.late += batch.late;
    done.counts += batch.counts;
    done.unknownSkus += batch.unknownSkus.length;
    done.refusedProducts += batch.products.filter(({ isRefused }) => isRefused).length;
    context.progress(claimed, Math.max(backlog, claimed));
    if (batch.claimed < room) return done;
  }
}

/** In one transaction from the claim on, so that a kill at any line leaves nothing half done. */
async function applyBatch(db: Database, most: number, at: Date): Promise<AppliedMovements & { claimed: number }> {
  return await db.$transaction(async (tx) => {
    const claimed = await claimMovements(tx, most);
    return { ...(await applyMovements(tx, claimed, at)), claimed: claimed.count };
  });
}

/** Movements that were refused for want of a product, and the problems that say so. */
async function reopenAll({ db, clock, signal }: InventoryContext): Promise<void> {
  for (let reopened = BATCH_MOVEMENTS; reopened === BATCH_MOVEMENTS;) {
    signal.throwIfAborted();
    reopened = await reopenMovements(db, BATCH_MOVEMENTS);
  }
  await closeKnownSkus(db, clock.now());
}
