import { randomUUID } from "node:crypto";

import type { QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { insertRuns } from "../ledger/insert-runs.sql.ts";
import type { ActiveRun } from "./active-runs.ts";

const MOST_CHUNKS = 64;

/**
 * Adds chunks: runs of the same task beside a big one, each taking its share by claims. They belong to the same
 * schedule, so the next occurrence counts as overlapping until the last chunk has ended.
 */
export async function fanOut(
  { db, backend }: { db: Database; backend: QueueBackend },
  { run }: ActiveRun,
  count: number,
): Promise<void> {
  const chunks = Array.from({ length: Math.min(count, MOST_CHUNKS) }, (_, index) => ({
    id: randomUUID(),
    scheduleId: run.scheduleId,
    task: run.task,
    queue: run.queue,
    args: run.args,
    origin: "CHUNK" as const,
    status: "SCHEDULED" as const,
    reasonCode: null,
    reason: null,
    occurrences: 1,
    dueAt: null,
    clockAt: run.clockAt,
    dryRun: run.dryRun,
    held: false,
    dedupeKey: null,
    maxAttempts: run.maxAttempts,
    backoffMs: run.backoffMs,
    timeoutMs: run.timeoutMs,
    priority: run.priority,
    recordLimit: run.recordLimit,
    parentId: run.id,
    chunkNo: index + 1,
    requestedBy: null,
  }));
  const inserted = await insertRuns(db, chunks);
  await dispatchRuns(
    backend,
    inserted.map((chunk) => ({ ...chunk, dispatchNo: 1, delayMs: 0 })),
  );
}
