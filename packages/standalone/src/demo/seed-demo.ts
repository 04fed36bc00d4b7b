import type { Clock } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";
import { createSchedule, ScheduleExists } from "@drumline/engine";
import { catalogue } from "@drumline/tasks";

import { DEMO_SCHEDULES, demoApis, demoClients, type DemoSchedule, demoVendors } from "./demo-partners.ts";

/**
 * Vendors, clients and watched APIs of the sandbox, with schedules, on the first start only, so that what a person changed
 * since stays changed. False where there was something already; then their addresses follow the sandbox to its port.
 */
export async function seedPartners(db: Database, clock: Clock, sandboxUrl: string): Promise<boolean> {
  if ((await db.ecomnowVendor.findFirst()) !== null) {
    await followSandbox(db, sandboxUrl);
    return false;
  }
  await db.$transaction(async (tx) => {
    await tx.ecomnowVendor.createMany({ data: demoVendors(sandboxUrl) });
    for (const data of demoClients(sandboxUrl)) await tx.ecomnowCustomerIntegration.create({ data });
    await tx.apiStatus.createMany({ data: demoApis(sandboxUrl) });
  });
  for (const schedule of DEMO_SCHEDULES) await addDemoSchedule(db, clock, schedule);
  return true;
}

/** A URL that leads to an earlier sandbox of this machine leads to that one; any other stays. */
export const movedTo = (sandboxUrl: string, url: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`regexp_replace(${url}, '^http://127\\.0\\.0\\.1:\\d+', ${sandboxUrl})`;

/** Of the demonstration's own rows, and only where they still lead to this machine. */
async function followSandbox(db: Database, sandboxUrl: string): Promise<void> {
  const moved = (column: Prisma.Sql) => movedTo(sandboxUrl, column);
  const codesOf = (rows: readonly { readonly code: string }[]) => rows.map(({ code }) => code);
  await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_vendor SET feed_url = ${moved(Prisma.sql`feed_url`)}, category_url = ${moved(Prisma.sql`category_url`)}
    WHERE code = ANY(${codesOf(demoVendors(sandboxUrl))}::text[])`);
  await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_customer_integration SET base_url = ${moved(Prisma.sql`base_url`)} WHERE code = ANY(${codesOf(demoClients(sandboxUrl))}::text[])`);
  await db.$executeRaw(Prisma.sql`
    UPDATE api_status SET url = ${moved(Prisma.sql`url`)}
    WHERE name = ANY(${demoApis(sandboxUrl).map(({ name }) => name)}::text[])`);
}

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

/** One that is there already stays as somebody left it. */
export async function addDemoSchedule(
  db: Database,
  clock: Clock,
  { key, args = {}, ...rest }: DemoSchedule & { readonly name?: string; readonly recordLimit?: number },
): Promise<void> {
  try {
    const description = "Made by the first `npm start`.";
    const patch = { args, description, ...rest };
    await createSchedule({ db, clock, tasks: catalogue, who: "drumline start" }, key, patch);
  } catch (error) {
    if (!(error instanceof ScheduleExists)) throw error;
  }
}
