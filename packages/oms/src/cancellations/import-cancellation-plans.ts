import type { JsonObject } from "@drumline/core/task";

import type { OmsContext } from "../context.ts";
import type { CancellationPage } from "../omnitron/port.ts";
import type { ImportProblem } from "../orders/import-problem.ts";
import { findNewProblems, resolveProblems, saveProblems } from "../orders/import-problem.sql.ts";
import { advanceCursor, lockCursor } from "../orders/sync-cursor.sql.ts";
import { cursorFor, startPosition } from "../orders/sync-position.ts";
import { updatePages } from "../orders/update-pages.ts";
import { savePulledPlans } from "./save-pulled-plans.sql.ts";

export const CANCELLATIONS_SOURCE = "omnitron.cancellation_plans";

/** Takes in what is to be cancelled, page by page together with the cursor; carrying it out is `process_cancellation_plans`' part. */
export async function importCancellationPlans(context: OmsContext<object>): Promise<JsonObject> {
  const { gateways, signal, dryRun } = context;
  const counts = { pulled: 0, taken: 0, problems: 0 };
  const start = await startPosition(context, CANCELLATIONS_SOURCE);
  for await (const page of updatePages(context, "cancellation plans", gateways.omnitron.readCancellationPlans, start)) {
    signal.throwIfAborted();
    const problems = page.records.flatMap((record): ImportProblem[] =>
      record.ok ? [] : [{ ...record, code: "INVALID_RECORD" }],
    );
    counts.pulled += page.records.length;
    counts.problems += problems.length;
    const { taken, newProblems } = dryRun
      ? await rehearsePage(context, problems)
      : await savePage(context, page, problems);
    counts.taken += taken;
    for (const { remoteId, code, error } of newProblems)
      context.reportProblem({ recordId: `cancellation plan ${remoteId}`, error: `${code}: ${error}` });
  }
  return counts;
}

function savePage({ db, clock }: OmsContext<object>, page: CancellationPage, problems: readonly ImportProblem[]) {
  const now = clock.now();
  const good = page.records.flatMap((record) => (record.ok ? [record] : []));
  return db.$transaction(async (tx) => {
    await lockCursor(tx, CANCELLATIONS_SOURCE);
    const taken = await savePulledPlans(tx, good, now);
    const newProblems = await findNewProblems(tx, CANCELLATIONS_SOURCE, problems);
    await saveProblems(tx, CANCELLATIONS_SOURCE, problems, now);
    await resolveProblems(
      tx,
      CANCELLATIONS_SOURCE,
      good.map(({ remoteId }) => remoteId),
      now,
    );
    if (page.end !== null) await advanceCursor(tx, CANCELLATIONS_SOURCE, cursorFor(page.end, now));
    return { taken, newProblems };
  });
}

async function rehearsePage({ db }: OmsContext<object>, problems: readonly ImportProblem[]) {
  return { taken: 0, newProblems: await findNewProblems(db, CANCELLATIONS_SOURCE, problems) };
}
