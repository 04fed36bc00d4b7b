import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import {
  countHeldProducts,
  deleteLockedProducts,
  listDueProducts,
  lockDueProducts,
  type Stage,
} from "./delete-inactive-products.sql.ts";

const BATCH_PRODUCTS = 1_000;
const MOST_LISTED = 100;
const STAGES: readonly Stage[] = ["purge", "delete"];

type Context = TaskContext<{ vendors?: string[] | undefined }, unknown, Database>;

/** Deletes products that have been inactive longer than their vendor allows: softly first, for good after a while more. */
export async function deleteInactiveProducts(context: Context): Promise<TaskResult> {
  const { db, args, clock, dryRun } = context;
  const vendors = args.vendors ?? null;
  const now = clock.now();
  // Held ones are counted before: a soft deletion of this run must not count as one that waits for its purge.
  const held = { delete: 0, purge: 0 };
  for (const stage of STAGES) held[stage] = await countHeldProducts(db, stage, vendors, now);
  if (dryRun) return { ...(await listDue(context, now)), heldByReferences: held.delete + held.purge };

  const done = { delete: 0, purge: 0 };
  for (const stage of STAGES) await deleteStage(context, stage, now, done);
  return { deleted: done.delete, purged: done.purge, heldByReferences: held.delete + held.purge };
}

async function deleteStage(context: Context, stage: Stage, now: Date, done: Record<Stage, number>): Promise<void> {
  const { db, args, signal, limit } = context;
  for (let afterId = 0n; ;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH_PRODUCTS, (limit ?? Infinity) - done.delete - done.purge);
    if (room <= 0) return;
    const due = { stage, vendors: args.vendors ?? null, now, afterId, limit: room };
    const batch = await db.$transaction(async (tx) => {
      const ids = (await lockDueProducts(tx, due)).map(({ id }) => id);
      return { last: ids.at(-1), deleted: await deleteLockedProducts(tx, stage, ids, now) };
    });
    if (batch.last === undefined) return;
    done[stage] += batch.deleted;
    afterId = batch.last;
    context.progress(done.delete + done.purge);
  }
}

/** What would go, product by product; nothing is written. */
async function listDue({ db, args, limit }: Context, now: Date): Promise<TaskResult> {
  const listed = [];
  for (const stage of STAGES) {
    const room = Math.min(MOST_LISTED, limit ?? Infinity);
    const due = await listDueProducts(db, { stage, vendors: args.vendors ?? null, now, afterId: 0n, limit: room });
    listed.push(...due.map(({ vendor, sku }) => ({ vendor, sku, act: stage })));
  }
  return { wouldDo: listed.slice(0, MOST_LISTED) };
}
