import type { JsonObject } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";

import type { CancellationPage, Reading, RemoteCancellationPlan } from "../gateways/omnitron/port.ts";
import { findNewProblems, type ImportProblem, saveProblems } from "../imports/import-problem.ts";
import { type PullContext, updatePages } from "../imports/read-pages.ts";
import { savePage } from "../imports/save-page.ts";
import { advanceCursor } from "../imports/sync-cursor.sql.ts";
import { cursorFor, startPosition } from "../imports/sync-position.ts";
import { planPulledPlans, type PulledPlan } from "./plan-pulled-plans.ts";
import { loadKnownPlans } from "./pulled-plans.sql.ts";
import { CANCELLATIONS_SOURCE, countTaken, upsertCancellationPlans } from "./upsert-plans.ts";

/** Takes in what is to be cancelled, page by page together with the cursor; carrying it out is `process_cancellation_plans`' part. */
export async function importCancellationPlans(context: PullContext): Promise<JsonObject> {
  const { db, gateways, signal, dryRun } = context;
  const counts = { pulled: 0, taken: 0, problems: 0 };
  const start = await startPosition(context, CANCELLATIONS_SOURCE);
  for await (const page of updatePages(context, "cancellation plans", gateways.omnitron.readCancellationPlans, start)) {
    signal.throwIfAborted();
    counts.pulled += page.records.length;
    for (const part of dryRun ? [await dryRunPage(db, page)] : await takePageIn(context, page)) {
      counts.taken += part.taken;
      counts.problems += part.problems;
      for (const { remoteId, code, error } of part.newProblems)
        context.reportProblem({ recordId: `cancellation plan ${remoteId}`, error: `${code}: ${error}` });
    }
  }
  return counts;
}

interface PageTaken {
  readonly taken: number;
  readonly problems: number;
  readonly newProblems: readonly ImportProblem[];
}

function takePageIn({ db, clock }: PullContext, { records, end }: CancellationPage): Promise<PageTaken[]> {
  const now = clock.now();
  return savePage(db, records, {
    take: (tx, part) => takeIn(tx, part, now),
    end: async (tx) => {
      if (end !== null) await advanceCursor(tx, CANCELLATIONS_SOURCE, cursorFor(end, now));
    },
  });
}

async function takeIn(
  tx: Transaction,
  records: readonly Reading<RemoteCancellationPlan>[],
  now: Date,
): Promise<PageTaken> {
  const { changes, newProblems } = await upsertCancellationPlans(tx, goodOf(records), now);
  const bad = unreadable(records);
  const newBad = await findNewProblems(tx, CANCELLATIONS_SOURCE, bad);
  await saveProblems(tx, CANCELLATIONS_SOURCE, bad, now);
  return {
    taken: countTaken(changes),
    problems: bad.length + changes.problems.length,
    newProblems: [...newBad, ...newProblems],
  };
}

async function dryRunPage(db: Database, { records }: CancellationPage): Promise<PageTaken> {
  const good = goodOf(records);
  const changes = planPulledPlans(good, await loadKnownPlans(db, good, { lock: false }));
  const problems = [...unreadable(records), ...changes.problems];
  const newProblems = await findNewProblems(db, CANCELLATIONS_SOURCE, problems);
  return { taken: countTaken(changes), problems: problems.length, newProblems };
}

const goodOf = (records: readonly Reading<RemoteCancellationPlan>[]): PulledPlan[] =>
  records.flatMap((record) => (record.ok ? [record] : []));

const unreadable = (records: readonly Reading<RemoteCancellationPlan>[]): ImportProblem[] =>
  records.flatMap((record): ImportProblem[] => (record.ok ? [] : [{ ...record, code: "INVALID_RECORD" }]));
