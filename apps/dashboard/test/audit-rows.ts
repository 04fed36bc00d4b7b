import { randomUUID } from "node:crypto";

import type { TestDatabase } from "@drumline/testing";

import { seedHeartbeats } from "./heartbeats.ts";

const DAY_MS = 86_400_000;

/** Twelve users to decide about, and one that was decided and one that was done before. */
export async function seedFindings(database: TestDatabase): Promise<void> {
  const { db } = database;
  await seedHeartbeats(database);
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
  const cycle = await db.userAuditCycle.create({
    data: {
      auditType: "UserNotLoggedInPlatform",
      platform: "EU",
      runId: randomUUID(),
      status: "COMPLETE",
      listed: 400,
      ofPlatform: 210,
      inView: 205,
      found: 14,
      startedAt: ago(1),
      completedAt: ago(1),
    },
  });
  for (let at = 1; at <= 14; at += 1)
    await db.userAudit.create({
      data: {
        auditType: at % 3 === 0 ? "UserNoLongerInPlatform" : "UserNotLoggedInPlatform",
        platform: at % 2 === 0 ? "EU" : "US",
        username: `user-${String(at).padStart(2, "0")}`,
        email: `user-${at}@example.com`,
        awsEnabled: true,
        userCreatedAt: ago(900),
        lastLoginAt: ago(300 + at),
        elsewhere: at === 5 ? ["US (disabled)"] : [],
        months: at % 3 === 0 ? null : 12,
        identifiedAt: ago(1),
        cycleId: cycle.id,
        lastCycleId: cycle.id,
        lastSeenAt: ago(1),
        ...(at === 13
          ? { action: "DISABLE_IN_AWS", actionStatus: "PENDING", actionSetBy: "ada", actionSetAt: ago(0.5) }
          : {}),
        ...(at === 14
          ? {
              action: "REMINDER_SENT",
              actionStatus: "DONE",
              actionSetBy: "ada",
              actionSetAt: ago(2),
              performedAt: ago(1.5),
              result: "the mail was sent",
            }
          : {}),
      },
    });
  await db.userAuditCycle.create({
    data: {
      auditType: "UserNoLongerInPlatform",
      platform: "US",
      runId: randomUUID(),
      status: "HELD",
      listed: 12,
      ofPlatform: 10,
      inView: 205,
      heldReason: "195 of 205 users are missing from the listing",
      startedAt: ago(1),
      completedAt: ago(1),
    },
  });
}
