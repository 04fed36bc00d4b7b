import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, closeProblems, type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";

import type { AppliedMovements, MovedProduct } from "./write-effects.sql.ts";

const STOCK_BELOW_ZERO: ProblemKind = {
  context: "shop",
  name: "STOCK_BELOW_ZERO",
  severity: "WARNING",
  cure: "Record what came in and was never told, or count the product and report the count. Until the level is above zero again it is not sold.",
};

const MOVEMENT_OF_UNKNOWN_SKU: ProblemKind = {
  context: "shop",
  name: "MOVEMENT_OF_UNKNOWN_SKU",
  severity: "WARNING",
  cure: "Create the product with this sku, and what waits for it is applied by the next run; or correct the sku where it comes from.",
};

const MOVEMENT_BEFORE_COUNT: ProblemKind = {
  context: "shop",
  name: "MOVEMENT_BEFORE_COUNT",
  severity: "INFO",
  cure: "The count has seen it, unless one of the two times is wrong: if in doubt, count the product again. The next count closes this.",
};

const STOCK_OUT_OF_RANGE: ProblemKind = {
  context: "shop",
  name: "STOCK_OUT_OF_RANGE",
  severity: "ERROR",
  cure: "A quantity is surely wrong. Report the right one under another reference; what was refused stays on record and is never applied.",
};

const subjectOf = (sku: string) => ({ type: "product", key: sku });

/** What a person must see of movements that were just applied, and what is over by them; in their transaction. */
export async function saveStockProblems(tx: Transaction, applied: AppliedMovements, at: Date): Promise<void> {
  const problems = [...applied.products.flatMap(toProblems), ...applied.unknownSkus.map(toUnknown)];
  await openProblems(tx, problems, at);
  const refilled = applied.products.filter(({ before, after }) => BigInt(before) < 0n && BigInt(after) >= 0n);
  await closeProblems(tx, {
    kind: STOCK_BELOW_ZERO,
    subjects: refilled.map(({ sku }) => subjectOf(sku)),
    reason: "the level is not below zero any more",
    at,
  });
  const counted = applied.products.filter(({ isCounted, lateMovement }) => isCounted && lateMovement === null);
  await closeProblems(tx, {
    kind: MOVEMENT_BEFORE_COUNT,
    subjects: counted.map(({ sku }) => subjectOf(sku)),
    reason: "the product was counted again",
    at,
  });
}

/** Where the product has appeared, whoever made it. */
export async function closeKnownSkus(db: Database | Transaction, at: Date): Promise<void> {
  const isGone = Prisma.sql`EXISTS (SELECT FROM shop_product WHERE sku = problem.subject_key)`;
  await closeGoneProblems(db, { kind: MOVEMENT_OF_UNKNOWN_SKU, isGone, reason: "the product is there", at });
}

function toProblems({ sku, after, countedAt, lateMovement, isRefused }: MovedProduct): NewProblem[] {
  const subject = subjectOf(sku);
  const problems: NewProblem[] = [];
  if (isRefused)
    problems.push({
      kind: STOCK_OUT_OF_RANGE,
      subject,
      reason: `movements of ${sku} were refused: with them its level would be larger than any stock`,
    });
  if (BigInt(after) < 0n)
    problems.push({
      kind: STOCK_BELOW_ZERO,
      subject,
      reason: `more pieces of ${sku} left than its movements say there were`,
      detail: { onHand: after },
    });
  if (lateMovement !== null)
    problems.push({
      kind: MOVEMENT_BEFORE_COUNT,
      subject,
      reason: `a movement of ${sku} from before its last count was told after that count was applied; it changed nothing`,
      detail: { lateMovement, countedAt },
    });
  return problems;
}

const toUnknown = (sku: string): NewProblem => ({
  kind: MOVEMENT_OF_UNKNOWN_SKU,
  subject: subjectOf(sku),
  reason: `movements of ${sku} wait, since no product has this sku`,
});
