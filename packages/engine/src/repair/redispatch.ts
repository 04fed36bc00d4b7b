import { type QueueBackend, toJobId } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { claimRedispatch, loadSilentRuns, markSeen, type SilentRun } from "./silent-runs.sql.ts";

const AT_ONCE = 500;

/**
 * Finds runs that the ledger calls SCHEDULED and the queue does not know (a crash between commit and add, a lost
 * Redis, a job that BullMQ gave up) and dispatches them again under a new job id.
 */
export async function redispatchLostRuns({
  db,
  backend,
  silentForMs,
}: {
  db: Database;
  backend: QueueBackend;
  silentForMs: number;
}): Promise<number> {
  const silent = await loadSilentRuns(db, silentForMs, AT_ONCE);
  if (silent.length === 0) return 0;
  const known = await Promise.all(silent.map((run) => isOnQueue(backend, run)));
  await markSeen(
    db,
    silent.filter((_, index) => known[index]).map(({ id }) => id),
  );
  const lost = await claimRedispatch(
    db,
    silent.filter((_, index) => !known[index]),
  );
  await dispatchRuns(backend, lost);
  return lost.length;
}

async function isOnQueue(backend: QueueBackend, { queue, id, dispatchNo }: SilentRun): Promise<boolean> {
  const state = await backend.queue(queue).getJobState(toJobId(id, dispatchNo));
  return state !== "completed" && state !== "failed" && state !== "unknown";
}
