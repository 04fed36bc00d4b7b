import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { Database } from "@drumline/db";

import type { BulkAction, BulkOutcome, ClaimedBulkAction } from "./bulk-actions.sql.ts";
import {
  appendBulkRows,
  claimBulkAction,
  endBulkAction,
  LeaseLost,
  loadWaitingRows,
  markMatched,
  releaseBulkAction,
  saveBulkOutcomes,
} from "./lease.sql.ts";

/** How one kind of bulk action finds its rows, and what it does to them. */
export interface BulkWork {
  /** Ids of the rows, page by page; asked anew from the first after a crash. */
  readonly match: (action: BulkAction) => AsyncIterable<readonly string[]>;
  /** What became of each. Done again after a crash between the act and its record: a second time must do no harm. */
  readonly apply: (ids: readonly string[], action: BulkAction) => Promise<readonly BulkOutcome[]>;
  readonly batch: number;
}

/** More rows are for several actions. */
export const MOST_MATCHED = 100_000;
const MOST_TRIES = 5;
const PAUSE_AFTER_FAULT_MS = 5_000;

/**
 * Takes up the oldest bulk action that nobody works on, and works until it has ended, `isStopping`, or its lease is lost. A
 * process that dies leaves its lease to run out, and the next one goes on after the last batch on record.
 * @returns whether there was one
 */
export async function workNextBulkAction(
  db: Database,
  log: Log,
  workOf: (action: string) => BulkWork | null,
  isStopping: () => boolean,
): Promise<boolean> {
  const claimed = await claimBulkAction(db);
  if (claimed === null) return false;
  const work = workOf(claimed.action);
  try {
    if (work === null) await endBulkAction(db, claimed, "FAILED", `There is no action ${claimed.action} here.`);
    else if (claimed.tries > MOST_TRIES)
      await endBulkAction(
        db,
        claimed,
        "FAILED",
        claimed.error ?? `It was taken up ${MOST_TRIES} times without progress.`,
      );
    else await workOn(db, claimed, work, isStopping);
  } catch (error) {
    if (error instanceof LeaseLost) return true;
    log.error({ bulkAction: claimed.id, error: messageOf(error) }, "a bulk action was interrupted; it goes on");
    await releaseBulkAction(db, claimed, { pauseMs: PAUSE_AFTER_FAULT_MS, error: messageOf(error).slice(0, 500) });
  }
  return true;
}

async function workOn(
  db: Database,
  claimed: ClaimedBulkAction,
  work: BulkWork,
  isStopping: () => boolean,
): Promise<void> {
  if (claimed.state === "MATCHING" && claimed.abortRequestedBy === null) await matchRows(db, claimed, work, isStopping);
  for (let aborted = claimed.abortRequestedBy !== null; !isStopping();) {
    if (aborted) return endBulkAction(db, claimed, "ABORTED");
    const ids = await loadWaitingRows(db, claimed.id, work.batch);
    if (ids.length === 0) return endBulkAction(db, claimed, "DONE");
    const outcomes = await work.apply(ids, claimed);
    aborted = (await saveBulkOutcomes(db, claimed, outcomes)).abortRequestedBy !== null;
  }
  await releaseBulkAction(db, claimed, { pauseMs: 0 });
}

async function matchRows(
  db: Database,
  claimed: ClaimedBulkAction,
  work: BulkWork,
  isStopping: () => boolean,
): Promise<void> {
  let matched = 0;
  for await (const page of work.match(claimed)) {
    if (isStopping()) return;
    await appendBulkRows(db, claimed, page.slice(0, MOST_MATCHED - matched));
    matched += page.length;
    if (matched > MOST_MATCHED) break;
  }
  await markMatched(db, claimed, matched > MOST_MATCHED);
}
