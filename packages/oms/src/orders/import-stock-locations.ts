import { SECOND_MS } from "@drumline/core/clock";
import { type JsonObject, pauseEnd, turnOf } from "@drumline/core/task";

import type { LocationPage } from "../gateways/omnitron/port.ts";
import { findNewProblems, type ImportProblem, resolveProblems, saveProblems } from "../imports/import-problem.ts";
import { type PullContext, readAhead, StuckPaging } from "../imports/read-pages.ts";
import { savePage } from "../imports/save-page.ts";
import { loadLastPull, lockCursor, recordPull } from "../imports/sync-cursor.sql.ts";
import { loadKnownLocations, saveLocations } from "./location.sql.ts";
import { type LocationPlan, planLocations } from "./plan-locations.ts";

const SOURCE = "omnitron.stock_locations";

/**
 * All stock locations, each time their pause is over: Omnitron does not say which changed. A bad one is recorded, the
 * others go on.
 */
export async function importStockLocations(context: PullContext): Promise<JsonObject> {
  const { db, signal, dryRun, clock, gateways } = context;
  const counts = { pulled: 0, changed: 0, problems: 0 };
  const lastAt = await loadLastPull(db, SOURCE);
  const pauseMs = gateways.settings.omnitronLocationsPauseSeconds * SECOND_MS;
  const isFresh = lastAt !== null && clock.now().getTime() - lastAt.getTime() < pauseMs;
  if (isFresh) return counts;
  for await (const page of locationPages(context)) {
    signal.throwIfAborted();
    counts.pulled += page.records.length;
    for (const part of dryRun ? [await dryRunPage(context, page)] : await takePageIn(context, page)) {
      for (const { remoteId, code, error } of part.newProblems)
        context.reportProblem({ recordId: `stock location ${remoteId}`, error: `${code}: ${error}` });
      counts.changed += part.locations.length;
      counts.problems += part.problems.length;
    }
  }
  // As late as its pause counts from, so that the pull at its end finds it over.
  const pulledAt = new Date(pauseEnd(turnOf(context), pauseMs).getTime() - pauseMs);
  if (!dryRun) await recordPull(db, SOURCE, pulledAt, null);
  return counts;
}

type TakenLocations = LocationPlan & { readonly newProblems: readonly ImportProblem[] };

function takePageIn({ db, clock }: PullContext, { records }: LocationPage): Promise<TakenLocations[]> {
  const now = clock.now();
  return savePage(db, records, {
    async take(tx, part) {
      await lockCursor(tx, SOURCE);
      const plan = planLocations(part, await loadKnownLocations(tx, part));
      const newProblems = await findNewProblems(tx, SOURCE, plan.problems);
      await saveLocations(tx, plan.locations);
      await saveProblems(tx, SOURCE, plan.problems, now);
      await resolveProblems(tx, SOURCE, plan.resolvedRemoteIds, now);
      return { ...plan, newProblems };
    },
    end: async () => {},
  });
}

async function dryRunPage({ db }: PullContext, { records }: LocationPage): Promise<TakenLocations> {
  const plan = planLocations(records, await loadKnownLocations(db, records));
  return { ...plan, newProblems: await findNewProblems(db, SOURCE, plan.problems) };
}

function locationPages({ gateways, signal }: PullContext): AsyncIterable<LocationPage> {
  let afterPk = 0;
  return readAhead<LocationPage>((previous) => {
    if (previous !== null) {
      if (!previous.hasMore) return null;
      if (previous.endPk === null || previous.endPk <= afterPk)
        return () => Promise.reject(new StuckPaging("stock locations", `pk ${afterPk}`));
      afterPk = previous.endPk;
    }
    return () => gateways.omnitron.readStockLocations(afterPk, gateways.settings.omnitronPageSize, signal);
  });
}
