import { type Database, Prisma } from "@drumline/db";

import type { Action, AuditType } from "../src/user-audit/finding.ts";
import { NOON } from "./ecomnow-run.ts";
import type { FakeAws } from "./fake-aws.ts";

/** Rows of platform_user. */
export async function putPlatformUsers(
  db: Database,
  rows: readonly {
    username: string;
    platform?: string;
    email?: string;
    enabled?: boolean;
    lastLoginAt?: string | null;
  }[],
): Promise<void> {
  await db.platformUser.createMany({
    data: rows.map(
      ({
        username,
        platform = "EU",
        email = `${username}@example.com`,
        enabled = true,
        lastLoginAt = "2026-11-19T00:00:00Z",
      }) => ({
        username,
        platform,
        email,
        enabled,
        lastLoginAt: lastLoginAt === null ? null : new Date(lastLoginAt),
      }),
    ),
  });
}

export interface Choice {
  readonly username: string;
  readonly action: Action;
  readonly auditType?: AuditType;
  readonly platform?: string;
  readonly awsSub?: string | null;
  readonly closedAt?: Date;
}

/** A finding about a user of the pool, with an action that a person chose. */
export async function putChoice(db: Database, aws: FakeAws, choice: Choice): Promise<bigint> {
  const { username, action, auditType = "UserNoLongerInPlatform", platform = "EU", closedAt = null } = choice;
  const user = aws.users.get(username);
  const { id } = await db.userAudit.create({
    data: {
      auditType,
      platform,
      username,
      awsSub: choice.awsSub === undefined ? (user?.sub ?? null) : choice.awsSub,
      email: user?.email ?? null,
      awsEnabled: true,
      userCreatedAt: new Date("2024-01-01T00:00:00Z"),
      months: auditType === "UserNotLoggedInPlatform" ? 6 : null,
      identifiedAt: NOON,
      cycleId: 1n,
      lastCycleId: 1n,
      lastSeenAt: NOON,
      closedAt,
      action,
      actionStatus: "PENDING",
      actionSetBy: "Olga",
      decisionNo: 1,
    },
  });
  return id;
}

/** Empties what the audit writes: quicker than a database for each test. */
export async function clearAudit(db: Database): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    TRUNCATE user_audit, user_audit_cycle, user_audit_candidate, user_audit_change, platform_user, mail, work_lease,
      state_transition_log, problem RESTART IDENTITY`);
}
