import type { Clock } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";

import { DEMO_SCHEDULES, demoApis, demoClients, demoVendors } from "./demo-partners.ts";
import { addDemoSchedule } from "./demo-schedule.ts";

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

/** Of the demonstration's own rows, and only where they still lead to this machine. */
async function followSandbox(db: Database, sandboxUrl: string): Promise<void> {
  const moved = (column: Prisma.Sql) =>
    Prisma.sql`regexp_replace(${column}, '^http://127\\.0\\.0\\.1:\\d+', ${sandboxUrl})`;
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
