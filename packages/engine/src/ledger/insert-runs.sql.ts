import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { NewRun } from "./new-run.ts";
import { RUN_POLICY_COLUMNS, RUN_POLICY_FIELDS, RUN_POLICY_TYPES } from "./policy-columns.sql.ts";

export interface InsertedRun {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly status: string;
  readonly held: boolean;
}

/**
 * Writes runs in one statement and returns those that are new. A second run for the same occurrence, or a second
 * SCHEDULED one of the same configuration, loses against the unique indexes and is left out.
 * `dispatch_no` is 1 from the start: the caller dispatches next, and the repair sweep sees to it if it dies before.
 */
export function insertRuns(db: Database | Transaction, runs: readonly NewRun[]): Promise<InsertedRun[]> {
  return db.$queryRaw(Prisma.sql`
    INSERT INTO run (
      id, schedule_id, task, queue, args, origin, dry_run, due_at, clock_at, status, reason_code, reason, occurrences,
      ${RUN_POLICY_COLUMNS}, dedupe_key, held, parent_id, chunk_no, requested_by,
      dispatch_no, dispatched_at, finished_at
    )
    SELECT
      id, "scheduleId", task, queue, args, origin, "dryRun", "dueAt", "clockAt", status, "reasonCode", reason, occurrences,
      ${RUN_POLICY_FIELDS}, "dedupeKey", held, "parentId", "chunkNo", "requestedBy",
      1, now(), CASE WHEN status = 'SCHEDULED' THEN NULL ELSE now() END
    FROM jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) AS r(
      id uuid, "scheduleId" uuid, task text, queue text, args jsonb, origin run_origin, "dryRun" boolean, "dueAt" timestamptz,
      "clockAt" timestamptz, status run_status, "reasonCode" text, reason text, occurrences int,
      ${RUN_POLICY_TYPES}, "dedupeKey" text, held boolean, "parentId" uuid, "chunkNo" int, "requestedBy" text
    )
    ON CONFLICT DO NOTHING
    RETURNING id, task, queue, priority, status::text, held`);
}

/** Whether a run has this id, whatever has become of it. */
export async function isRun(db: Database, id: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`SELECT 1 FROM run WHERE id = ${id}::uuid`);
  return rows.length > 0;
}

/** The run of the same configuration that still waits; null when it was picked up meanwhile. */
export async function loadScheduledTwin(db: Database, dedupeKey: string): Promise<string | null> {
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT id FROM run WHERE dedupe_key = ${dedupeKey} AND status = 'SCHEDULED' LIMIT 1`);
  return rows[0]?.id ?? null;
}
