import type { JsonObject, RunPolicies } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

import { READ_RUN_POLICIES } from "../ledger/policy-columns.sql.ts";

/** What a run was to do, and whether it has ended. */
export interface EndedRun {
  readonly id: string;
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

/** Those of these runs that there are. */
export async function loadEndedRuns(db: Database, ids: readonly string[]): Promise<EndedRun[]> {
  const rows = await db.$queryRaw<(Omit<EndedRun, "policies"> & RunPolicies)[]>(Prisma.sql`
    SELECT id, task, status::text, status IN ('SCHEDULED', 'PROCESSING') AS "isOpen", args, dry_run AS "dryRun", schedule_id AS "scheduleId",
      parent_id AS "parentId", clock_at AS "clockAt", ${READ_RUN_POLICIES}
    FROM run WHERE id = ANY(${[...ids]}::uuid[])`);
  return rows.map(({ id, task, status, isOpen, args, dryRun, scheduleId, parentId, clockAt, ...policies }) => ({
    id,
    task,
    status,
    isOpen,
    args,
    dryRun,
    scheduleId,
    parentId,
    clockAt,
    policies,
  }));
}

/** How these runs stand, for who wants to know what can be done about them. */
export function loadRunStates(
  db: Database,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly status: string; readonly parentId: string | null }[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id, status::text, parent_id AS "parentId" FROM run WHERE id = ANY(${[...ids]}::uuid[])`);
}
