import type { JsonObject } from "@drumline/core/task";
import { loadProblems } from "@drumline/problems";

import { parseOrder } from "../gateways/omnitron/parse-order.ts";
import { readRecord } from "../gateways/omnitron/read-record.ts";
import { IMPORT_PROBLEMS } from "../imports/import-problem-kinds.ts";
import type { PullContext } from "../imports/read-pages.ts";
import { savePage } from "../imports/save-page.ts";
import { ORDERS_SOURCE, upsertOrders } from "./upsert-orders.ts";

const MOST_AT_ONCE = 500;

/**
 * Orders that could not follow Omnitron follow by themselves once they can: their transfer has arrived, or a person has
 * refused the package or cancelled its parcel. Until then their problem stays open.
 */
export async function followAgain({ db, clock }: PullContext): Promise<void> {
  const now = clock.now();
  const filter = { open: true, kind: IMPORT_PROBLEMS.PLANNED_ORDER_CHANGED.name, subjectType: ORDERS_SOURCE };
  const problems = await loadProblems(db, filter, null, MOST_AT_ONCE);
  if (problems.length === 0) return;
  const pks = problems.flatMap(({ subjectKey }) => (/^\d+$/.test(subjectKey) ? [BigInt(subjectKey)] : []));
  const orders = await db.order.findMany({ where: { omnitronId: { in: pks } }, select: { payload: true } });
  const records = orders.map(({ payload }) => readRecord(payload as JsonObject, parseOrder));
  await savePage(db, records, {
    take: (tx, part) => upsertOrders(tx, part, now, { again: true }),
    end: () => Promise.resolve(),
  });
}
