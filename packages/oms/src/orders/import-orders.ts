import type { JsonObject } from "@drumline/core/task";

import type { OmsContext } from "../context.ts";
import type { OrderPage } from "../gateways/omnitron/port.ts";
import { findNewProblems } from "../imports/import-problem.sql.ts";
import { loadImportSnapshot } from "./import-snapshot.sql.ts";
import { createImportTally } from "./import-tally.ts";
import { updatePages } from "../imports/update-pages.ts";
import { planImport } from "./plan-import.ts";
import { savePage } from "../imports/save-page.ts";
import { advanceCursor } from "../imports/sync-cursor.sql.ts";
import { type Imported, ORDERS_SOURCE, takeInOrders } from "./take-in-orders.ts";
import { cursorFor, startPosition } from "../imports/sync-position.ts";

/** Page after page; each is one transaction together with the cursor, while the next one is already being read. Ends after the page that reaches the limit. */
export async function importOrders(context: OmsContext<object>): Promise<JsonObject> {
  const { signal, dryRun, limit } = context;
  const tally = createImportTally();
  for await (const page of updatePages(
    context,
    "orders",
    context.gateways.omnitron.readOrders,
    await startPosition(context, ORDERS_SOURCE),
  )) {
    signal.throwIfAborted();
    for (const { plan, newProblems } of dryRun
      ? [await rehearsePage(context, page)]
      : await takePageIn(context, page)) {
      for (const { remoteId, code, error } of newProblems)
        context.reportProblem({ recordId: `order ${remoteId}`, error: `${code}: ${error}` });
      tally.add(plan);
    }
    tally.count(page.records.length);
    context.progress(tally.pulled());
    // What is read again within the overlap does not count, or a small limit would never get beyond it.
    if (tally.taken() >= (limit ?? Infinity)) break;
  }
  return dryRun ? tally.wouldDo() : tally.counts();
}

async function takePageIn({ db, clock }: OmsContext<object>, { records, end }: OrderPage): Promise<Imported[]> {
  const now = clock.now();
  return await savePage(db, records, {
    take: (tx, part) => takeInOrders(tx, part, now),
    end: async (tx) => {
      if (end !== null) await advanceCursor(tx, ORDERS_SOURCE, cursorFor(end, now));
    },
  });
}

async function rehearsePage({ db }: OmsContext<object>, page: OrderPage): Promise<Imported> {
  const plan = await planImport(page.records, await loadImportSnapshot(db, page.records, { lock: false }));
  return { plan, newProblems: await findNewProblems(db, ORDERS_SOURCE, plan.problems) };
}
