import { randomUUID } from "node:crypto";

import { messageOf } from "@drumline/core/errors";
import type { QueueBackend } from "@drumline/core/queue";
import { toHelperCount } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import type { ActiveRun } from "./active-runs.ts";
import { insertHelpers } from "./helper-runs.sql.ts";
import { toIdentity } from "./claim-runs.sql.ts";

/**
 * Adds helpers: runs of the same task beside a big one, each taking its share by claims. They belong to the same schedule,
 * so the next occurrence counts as overlapping until the last of them has ended. Answers how many there are.
 */
export async function askForHelpers(
  { db, backend }: { db: Database; backend: QueueBackend },
  { run, journal }: Pick<ActiveRun, "run" | "journal">,
  asked: number,
): Promise<number> {
  const count = toHelperCount(asked, { run: toIdentity(run), limit: run.recordLimit, dryRun: run.dryRun });
  if (count === 0) return 0;
  const ids = Array.from({ length: count }, () => randomUUID());
  const inserted = await insertHelpers(db, run, ids);
  try {
    await dispatchRuns(
      backend,
      inserted.map((helper) => ({ ...helper, dispatchNo: 1, delayMs: 0 })),
    );
  } catch (error) {
    // They are in the ledger: the repair sweep dispatches them.
    journal.log.warn({ error: messageOf(error) }, "helpers not on the queue yet");
  }
  return inserted.length;
}
