import type { Database } from "@drumline/db";

import type { Action, AuditType } from "../src/user-audit/audit-words.ts";
import { NOON } from "./data-run.ts";
import type { FakeAws } from "./fake-aws.ts";

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
