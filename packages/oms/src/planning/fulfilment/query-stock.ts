import { DAY_MS } from "@drumline/core/clock";
import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { closeProblems, openProblems } from "@drumline/problems";

import type { InventoryGateway, StockAnswer } from "../../gateways/inventory/port.ts";
import { STOCK_RECORD_UNREADABLE } from "../../reservations/problem-kinds.ts";
import { loadSkus } from "./waiting-order.sql.ts";

type StockContext = TaskContext<object, { readonly inventory: InventoryGateway }, Database>;

/**
 * Asks the inventory engine about everything the orders want; outside any transaction, since it takes as long as it takes.
 * Reports a SKU it does not know once per run: those in `unknownSkus` are reported already.
 */
export async function queryStock(
  { db, gateways, signal, clock, dryRun, reportProblem }: StockContext,
  orderIds: readonly bigint[],
  unknownSkus: Set<string>,
): Promise<StockAnswer> {
  const answer = await gateways.inventory.queryStock(await loadSkus(db, orderIds), signal);
  for (const { sku, error } of answer.problems) reportProblem({ recordId: `sku ${sku}`, error });
  if (!dryRun) await saveLevelProblems(db, answer, clock.now());
  for (const sku of answer.unknownSkus) {
    if (unknownSkus.has(sku)) continue;
    unknownSkus.add(sku);
    reportProblem({
      recordId: `sku ${sku}`,
      error: "the inventory engine does not know this SKU: orders that want it stay out of stock until it does",
    });
  }
  return { ...answer, asOf: notFromTheFuture(answer.asOf, clock.now()) };
}

/** A record that cannot be read is open until the engine says something of its SKU that can, or nothing. */
async function saveLevelProblems(db: Database, { problems, asOf }: StockAnswer, at: Date): Promise<void> {
  const unreadable = problems.map(({ sku, erpCode, error }) => ({
    kind: STOCK_RECORD_UNREADABLE,
    subject: toStockSubject(sku, erpCode),
    reason: error,
  }));
  await openProblems(db, unreadable, at);
  const seen = new Set(unreadable.map(({ subject }) => subject.key));
  const known = await db.problem.findMany({
    where: { kind: STOCK_RECORD_UNREADABLE.name, OR: [{ closedAt: null }, { accepted: true }] },
    select: { subjectType: true, subjectKey: true },
  });
  const gone = known.filter(({ subjectKey: key }) => !seen.has(key) && asOf.has(key.slice(0, key.lastIndexOf("@"))));
  await closeProblems(db, {
    kind: STOCK_RECORD_UNREADABLE,
    subjects: gone.map(({ subjectType, subjectKey }) => ({ type: subjectType, key: subjectKey })),
    reason: "the engine no longer sends such a record",
    at,
  });
}

const toStockSubject = (sku: string, erpCode: string | null) => ({ type: "stock", key: `${sku}@${erpCode ?? "?"}` });

/** An engine whose clock is years ahead would have the last word about its stock for as long; hours do no harm. */
function notFromTheFuture(asOf: StockAnswer["asOf"], now: Date): StockAnswer["asOf"] {
  const latestMs = now.getTime() + DAY_MS;
  return new Map([...asOf].map(([sku, at]) => [sku, at.getTime() > latestMs ? now : at]));
}
