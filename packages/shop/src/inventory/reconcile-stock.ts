import { randomUUID } from "node:crypto";

import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { closeProblems, closeUnseenProblems, openProblems, type ProblemKind } from "@drumline/problems";

import { compareStock, lockDifference, saveCorrection, type StockDifference } from "./reconcile-stock.sql.ts";

const STOCK_DIFFERS: ProblemKind = {
  context: "shop",
  name: "STOCK_DIFFERS",
  severity: "ERROR",
  cure: "Somebody changed the level or a movement past the shop. Count the product and report the count; then let a movement close the gap (the problem's action), which changes no level.",
};

const BATCH_PRODUCTS = 1_000;
const MOST_LISTED = 100;

/** Compares every product's level with the sum of its movements. A difference is told, and never mended by itself. */
export async function reconcileStock(context: TaskContext<object, unknown, Database>): Promise<TaskResult> {
  const { db, clock, limit, signal, dryRun } = context;
  const at = clock.now();
  let products = 0;
  const found: StockDifference[] = [];
  for (let afterId = 0n; ;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH_PRODUCTS, (limit ?? Infinity) - products);
    const compared = room > 0 ? await compareStock(db, afterId, room) : null;
    products += compared?.products ?? 0;
    if (compared !== null) {
      found.push(...compared.differences.slice(0, MOST_LISTED - found.length));
      if (!dryRun) await openProblems(db, compared.differences.map(toProblem), at);
    }
    if (compared === null || compared.lastId === null) break;
    afterId = compared.lastId;
    context.progress(products);
  }
  const reason = "the level is the sum of the movements again";
  // A run that was cut short has not seen all.
  if (!dryRun && limit === null) await closeUnseenProblems(db, { kind: STOCK_DIFFERS, before: at, reason, at });
  return {
    products,
    differences: found.map(({ sku, onHand, movements }) => ({
      sku,
      onHand: String(onHand),
      movements: String(movements),
    })),
  };
}

const subjectOf = (sku: string) => ({ type: "product", key: sku });

const toProblem = ({ sku, onHand, movements }: StockDifference) => ({
  kind: STOCK_DIFFERS,
  subject: subjectOf(sku),
  reason: `the level of ${sku} is not the sum of its movements`,
  detail: { onHand: String(onHand), movements: String(movements) },
  actions: [
    {
      label: "Close the gap by a movement",
      method: "POST" as const,
      path: `/api/v1/shop/products/${encodeURIComponent(sku)}/correct-movements`,
    },
  ],
});

/** What a person says who closes the gap between a level and its movements. */
export interface StockCorrection {
  readonly sku: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: Date;
}

/** Writes the movement that is missing between them, once; answers what the gap was, and null where no product has the sku. */
export async function correctMovements(
  db: Database,
  { sku, at, ...words }: StockCorrection,
): Promise<StockDifference | null> {
  return await db.$transaction(async (tx) => {
    const difference = await lockDifference(tx, sku);
    if (difference === null || difference.onHand === difference.movements) return difference;
    await saveCorrection(tx, difference, { id: randomUUID(), at, ...words });
    await closeProblems(tx, {
      kind: STOCK_DIFFERS,
      subjects: [subjectOf(sku)],
      reason: "a movement closed the gap",
      at,
    });
    return difference;
  });
}
