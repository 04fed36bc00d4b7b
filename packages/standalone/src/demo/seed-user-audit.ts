import type { Clock } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";

import { addDemoSchedule } from "./demo-schedule.ts";

const EVERY_SECONDS = 60;
const PLATFORMS = ["US", "EU"];
const AUDITS = {
  UserNoLongerInPlatform: "user-no-longer-in-platform",
  UserNotEnabledInAnyPlatform: "user-not-enabled-in-any-platform",
  UserNotLoggedInPlatform: "user-not-logged-in-platform",
} as const;

/**
 * The users that the sandbox's platforms know, and schedules that audit them; on the first start only, so that what a
 * person changed since stays changed. False where there was something already.
 */
export async function seedUserAudit(db: Database, clock: Clock, sandboxUrl: string): Promise<boolean> {
  if ((await db.platformUser.findFirst()) !== null) return false;
  for (const [task, key] of Object.entries(AUDITS))
    for (const platform of PLATFORMS)
      await addDemoSchedule(db, clock, {
        key: `${key}-${platform.toLowerCase()}`,
        task,
        args: { platform, recipients: [`audit-${platform.toLowerCase()}@example.com`] },
        everySeconds: EVERY_SECONDS,
      });
  const perform = { key: "perform-user-audit", task: "PerformUserAudit", everySeconds: EVERY_SECONDS };
  await addDemoSchedule(db, clock, perform);
  const answer = await fetch(`${sandboxUrl}/_sandbox/platform-users`);
  if (!answer.ok) throw new Error(`the sandbox gave no users: ${answer.status}`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO platform_user (platform, username, email, enabled, last_login_at)
    SELECT platform, username, email, enabled, "lastLoginAt"
    FROM jsonb_to_recordset(${await answer.text()}::jsonb)
      AS seeded(platform text, username text, email text, enabled boolean, "lastLoginAt" timestamptz)
    ON CONFLICT DO NOTHING`);
  return true;
}
