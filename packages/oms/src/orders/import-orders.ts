import type { JsonObject } from "@drumline/core/task";

import type { OrderPage } from "../gateways/omnitron/port.ts";
import { findNewProblems } from "../imports/import-problem.ts";
import { type PullContext, updatePages } from "../imports/read-pages.ts";
import { savePage } from "../imports/save-page.ts";
import { advanceCursor } from "../imports/sync-cursor.sql.ts";
import { cursorFor, startPosition } from "../imports/sync-position.ts";
import { loadImportSnapshot } from "./import-snapshot.sql.ts";
import { type ImportPlan, planImport } from "./plan-import.ts";
import { type Imported, ORDERS_SOURCE, upsertOrders } from "./upsert-orders.ts";

const MOST_LISTED = 100;

/** Page after page; each is one transaction together with the cursor, while the next one is already being read. Ends after the page that reaches the limit. */
export async function importOrders(context: PullContext): Promise<JsonObject> {
  const { signal, dryRun, limit } = context;
  const counts = createImportCounts();
  for await (const page of updatePages(
    context,
    "orders",
    context.gateways.omnitron.readOrders,
    await startPosition(context, ORDERS_SOURCE),
  )) {
    signal.throwIfAborted();
    for (const { plan, newProblems } of dryRun ? [await dryRunPage(context, page)] : await takePageIn(context, page)) {
      for (const { remoteId, code, error } of newProblems)
        context.reportProblem({ recordId: `order ${remoteId}`, error: `${code}: ${error}` });
      counts.add(plan);
    }
    counts.addPulled(page.records.length);
    context.progress(counts.pulled());
    // What is read again within the overlap does not count, or a small limit would never get beyond it.
    if (counts.taken() >= (limit ?? Infinity)) break;
  }
  return dryRun ? counts.wouldDo() : counts.toResult();
}

async function takePageIn({ db, clock }: PullContext, { records, end }: OrderPage): Promise<Imported[]> {
  const now = clock.now();
  return await savePage(db, records, {
    take: (tx, part) => upsertOrders(tx, part, now),
    end: async (tx) => {
      if (end !== null) await advanceCursor(tx, ORDERS_SOURCE, cursorFor(end, now));
    },
  });
}

async function dryRunPage({ db }: PullContext, page: OrderPage): Promise<Imported> {
  const plan = await planImport(page.records, await loadImportSnapshot(db, page.records, { lock: false }));
  return { plan, newProblems: await findNewProblems(db, ORDERS_SOURCE, plan.problems) };
}

/** What a pull has done so far, as the run's result shows it. */
function createImportCounts() {
  const counts = { pulled: 0, created: 0, changed: 0, unchanged: 0, stale: 0, problems: 0 };
  const wouldCreate: string[] = [];
  const wouldChange: string[] = [];

  return {
    addPulled(records: number): void {
      counts.pulled += records;
    },
    add(plan: ImportPlan): void {
      counts.created += plan.created.length;
      counts.changed += plan.changed.length;
      counts.unchanged += plan.unchanged;
      counts.stale += plan.stale;
      counts.problems += plan.problems.length;
      list(wouldCreate, plan.created);
      list(wouldChange, plan.changed);
    },
    pulled: (): number => counts.pulled,
    /** Orders that were not as we had them. */
    taken: (): number => counts.created + counts.changed,
    toResult: (): JsonObject => counts,
    /** For a dry run: order numbers, the first hundred of each kind. */
    wouldDo: (): JsonObject => ({ ...counts, wouldCreate, wouldChange }),
  };
}

function list(numbers: string[], taken: ImportPlan["created"]): void {
  numbers.push(...taken.slice(0, MOST_LISTED - numbers.length).map(({ order }) => order.number));
}
