import { type Database, Prisma } from "@drumline/db";

import type { Action, ActionStatus, AuditType } from "../finding.ts";
import { toPlatformWord } from "../fold-name.ts";

export interface FindingRow {
  readonly id: bigint;
  readonly auditType: AuditType;
  readonly platform: string;
  readonly username: string;
  readonly email: string | null;
  readonly awsEnabled: boolean;
  readonly userCreatedAt: Date;
  readonly lastLoginAt: Date | null;
  readonly months: number | null;
  readonly elsewhere: readonly string[];
  readonly identifiedAt: Date;
  readonly cycleId: bigint;
  readonly lastSeenAt: Date;
  readonly notifiedAt: Date | null;
  readonly closedAt: Date | null;
  readonly action: Action;
  readonly actionStatus: ActionStatus;
  readonly actionSetBy: string | null;
  readonly actionSetAt: Date | null;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Date | null;
  readonly result: string | null;
  readonly performedAt: Date | null;
  readonly performedBy: string | null;
  readonly version: number;
}

export interface FindingFilter {
  readonly ids?: readonly bigint[] | undefined;
  readonly auditType?: AuditType | undefined;
  readonly platform?: string | undefined;
  readonly action?: Action | undefined;
  readonly actionStatus?: ActionStatus | undefined;
  readonly state?: "open" | "closed" | undefined;
  /** Part of the name or the address. */
  readonly search?: string | undefined;
  /** The cycle that identified it. */
  readonly cycle?: bigint | undefined;
}

const columns = Prisma.sql`
  id, audit_type::text AS "auditType", platform, username, email, aws_enabled AS "awsEnabled",
  user_created_at AS "userCreatedAt", last_login_at AS "lastLoginAt", months,
  coalesce(elsewhere, '{}') AS elsewhere, identified_at AS "identifiedAt",
  cycle_id AS "cycleId", last_seen_at AS "lastSeenAt", notified_at AS "notifiedAt", closed_at AS "closedAt",
  action::text, action_status::text AS "actionStatus", action_set_by AS "actionSetBy", action_set_at AS "actionSetAt",
  confirmed_by AS "confirmedBy", confirmed_at AS "confirmedAt", result, performed_at AS "performedAt", performed_by AS "performedBy", version`;

/** Newest first, those with an id below `before`. */
export function loadFindings(
  db: Database,
  filter: FindingFilter,
  before: bigint | null,
  limit: number,
): Promise<FindingRow[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT ${columns} FROM user_audit
    WHERE ${Prisma.join(toConditions(filter, before), " AND ")} ORDER BY id DESC LIMIT ${limit}`);
}

export async function loadFinding(db: Database, id: bigint): Promise<FindingRow | null> {
  const [row] = await db.$queryRaw<FindingRow[]>(Prisma.sql`SELECT ${columns} FROM user_audit WHERE id = ${id}`);
  return row ?? null;
}

function toConditions(filter: FindingFilter, before: bigint | null): Prisma.Sql[] {
  const { ids, auditType, platform, action, actionStatus, state, search, cycle } = filter;
  const pattern = `%${(search ?? "").replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return [
    Prisma.sql`true`,
    ...(before === null ? [] : [Prisma.sql`id < ${before}`]),
    ...(ids === undefined ? [] : [Prisma.sql`id = ANY(${[...ids]}::bigint[])`]),
    ...(auditType === undefined ? [] : [Prisma.sql`audit_type = ${auditType}::user_audit_type`]),
    ...(platform === undefined ? [] : [Prisma.sql`platform = ${toPlatformWord(platform)}`]),
    ...(action === undefined ? [] : [Prisma.sql`action = ${action}::user_audit_action`]),
    ...(actionStatus === undefined ? [] : [Prisma.sql`action_status = ${actionStatus}::user_audit_action_status`]),
    ...(state === undefined
      ? []
      : [state === "open" ? Prisma.sql`closed_at IS NULL` : Prisma.sql`closed_at IS NOT NULL`]),
    ...(cycle === undefined ? [] : [Prisma.sql`cycle_id = ${cycle}`]),
    ...(search === undefined ? [] : [Prisma.sql`(username ILIKE ${pattern} OR email ILIKE ${pattern})`]),
  ];
}

/** Something that was chosen for a finding, or done about it. */
export interface HistoryRow {
  readonly at: Date;
  readonly what: "CHOSEN" | "CONFIRMED" | "PERFORMED";
  readonly action: Action;
  /** How it ended; null for a choice. */
  readonly status: string | null;
  readonly by: string;
  readonly result: string | null;
}

/** Choices and endings of a finding, oldest first. */
export function loadHistory(db: Database, id: bigint): Promise<HistoryRow[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT changed_at AS at, 'CHOSEN' AS what, action_after::text AS action, NULL AS status, changed_by AS by, NULL AS result
    FROM user_audit_change WHERE user_audit_id = ${id}
    UNION ALL
    SELECT confirmed_at, 'CONFIRMED', action::text, NULL, confirmed_by, NULL
    FROM user_audit WHERE id = ${id} AND confirmed_at IS NOT NULL
    UNION ALL
    SELECT at, 'PERFORMED', command, new_state, actor, attributes ->> 'result'
    FROM state_transition_log WHERE entity_type = 'user_audit' AND entity_id = ${id}
    ORDER BY at, what`);
}
