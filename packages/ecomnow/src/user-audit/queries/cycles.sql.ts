import { type Database, Prisma } from "@drumline/db";

import type { AuditType } from "../finding.ts";
import { toPlatformWord } from "../fold-name.ts";

export interface CycleRow {
  readonly id: bigint;
  readonly auditType: AuditType;
  readonly platform: string;
  readonly runId: string;
  readonly status: "COMPLETE" | "HELD" | "CONFIRMED";
  readonly listed: number;
  readonly ofPlatform: number;
  readonly inView: number;
  readonly found: number;
  readonly opened: number;
  readonly closed: number;
  readonly heldReason: string | null;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Date | null;
  readonly startedAt: Date;
  readonly completedAt: Date;
  readonly version: number;
}

export interface CycleFilter {
  readonly auditType?: AuditType | undefined;
  readonly platform?: string | undefined;
  readonly status?: CycleRow["status"] | undefined;
}

/** Newest first, those with an id below `before`. */
export function loadCycles(
  db: Database,
  { auditType, platform, status }: CycleFilter,
  before: bigint | null,
  limit: number,
): Promise<CycleRow[]> {
  const conditions = [
    Prisma.sql`true`,
    ...(before === null ? [] : [Prisma.sql`id < ${before}`]),
    ...(auditType === undefined ? [] : [Prisma.sql`audit_type = ${auditType}::user_audit_type`]),
    ...(platform === undefined ? [] : [Prisma.sql`platform = ${toPlatformWord(platform)}`]),
    ...(status === undefined ? [] : [Prisma.sql`status = ${status}::user_audit_cycle_status`]),
  ];
  return db.$queryRaw(Prisma.sql`
    SELECT id, audit_type::text AS "auditType", platform, run_id AS "runId", status::text, listed,
      of_platform AS "ofPlatform", in_view AS "inView", found, opened, closed, held_reason AS "heldReason",
      confirmed_by AS "confirmedBy", confirmed_at AS "confirmedAt", started_at AS "startedAt", completed_at AS "completedAt",
      version
    FROM user_audit_cycle WHERE ${Prisma.join(conditions, " AND ")} ORDER BY id DESC LIMIT ${limit}`);
}
