import type { JsonObject, RunPolicies } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

import { READ_RUN_POLICIES } from "../ledger/policy-columns.sql.ts";

/** What a run was to do, and whether it has ended. */
export interface EndedRun {
  readonly task: string;
  readonly status: string;
  readonly isOpen: boolean;
  readonly args: JsonObject;
  readonly dryRun: boolean;
  readonly scheduleId: string | null;
  readonly parentId: string | null;
  readonly clockAt: Date | null;
  readonly policies: RunPolicies;
}

export async function loadEndedRun(db: Database, id: string): Promise<EndedRun | null> {
  const [row] = await db.$queryRaw<(Omit<EndedRun, "policies"> & RunPolicies)[]>(Prisma.sql`
    SELECT task, status::text, status IN ('SCHEDULED', 'PROCESSING') AS "isOpen", args, dry_run AS "dryRun", schedule_id AS "scheduleId",
      parent_id AS "parentId", clock_at AS "clockAt", ${READ_RUN_POLICIES}
    FROM run WHERE id = ${id}::uuid`);
  if (row === undefined) return null;
  const { task, status, isOpen, args, dryRun, scheduleId, parentId, clockAt, ...policies } = row;
  return { task, status, isOpen, args, dryRun, scheduleId, parentId, clockAt, policies };
}
