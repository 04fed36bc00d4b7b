import type { Clock } from "@drumline/core/clock";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { DEMO_JOBS, DEMO_ROUTES, DEMO_TRANSFORMERS, demoIncomings, demoOutgoings } from "./demo-integration.ts";
import { addDemoSchedule, movedTo } from "./seed-demo.ts";

/**
 * Two shops, an ERP and a warehouse of the sandbox with routes between them, on the first start only, so that what a person
 * changed since stays changed. False where there was something already; then their addresses follow the sandbox to its port.
 */
export async function seedIntegration(db: Database, clock: Clock, sandboxUrl: string): Promise<boolean> {
  if ((await db.integrationIncoming.findFirst()) !== null) {
    await followSandbox(db, sandboxUrl);
    return false;
  }
  await db.$transaction((tx) => addConfigurations(tx, clock.now(), sandboxUrl));
  for (const job of DEMO_JOBS) await addDemoSchedule(db, clock, job);
  return true;
}

async function addConfigurations(tx: Transaction, at: Date, sandboxUrl: string): Promise<void> {
  const born = { createdAt: at, updatedAt: at };
  const made = <Row extends object>(rows: readonly Row[]) => rows.map((row) => ({ ...row, ...born }));
  await tx.integrationIncoming.createMany({ data: made(demoIncomings(sandboxUrl)) });
  await tx.integrationOutgoing.createMany({ data: made(demoOutgoings(sandboxUrl)) });
  await tx.integrationTransformer.createMany({ data: made(DEMO_TRANSFORMERS) });
  for (const { incoming, outgoing, transformer, ...route } of DEMO_ROUTES)
    await tx.integrationRoute.create({
      data: {
        ...route,
        ...born,
        incoming: { connect: { identifier: incoming } },
        outgoing: { connect: { identifier: outgoing } },
        transformers: {
          create: {
            position: 0,
            transformer: { connect: { identifier: transformer ?? route.identifier } },
          },
        },
      },
    });
}

/** Of the demonstration's own rows, and only where they still lead to this machine. */
async function followSandbox(db: Database, sandboxUrl: string): Promise<void> {
  const moved = (name: string) => {
    const column = Prisma.raw(name);
    return Prisma.sql`jsonb_set(${column}, '{url}', to_jsonb(${movedTo(sandboxUrl, Prisma.sql`${column} ->> 'url'`)}))`;
  };
  const identifiersOf = (rows: readonly { readonly identifier: string }[]) => rows.map(({ identifier }) => identifier);
  await db.$executeRaw(Prisma.sql`
    UPDATE integration_incoming SET source = ${moved("source")}
    WHERE identifier = ANY(${identifiersOf(demoIncomings(sandboxUrl))}::text[]) AND source ? 'url'`);
  await db.$executeRaw(Prisma.sql`
    UPDATE integration_outgoing SET target = ${moved("target")}
    WHERE identifier = ANY(${identifiersOf(demoOutgoings(sandboxUrl))}::text[]) AND target ? 'url'`);
}
