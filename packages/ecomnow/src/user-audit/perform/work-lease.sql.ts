import { type Database, Prisma } from "@drumline/db";

/** Real time, as everything that tells the living from the dead. */
const LEASE_SECONDS = 120;

/** True where it is ours now: it was free, it has run out, or we hold it already. */
export async function takeLease(db: Database, name: string, heldBy: string): Promise<boolean> {
  const taken = await db.$executeRaw(Prisma.sql`
    INSERT INTO work_lease (name, held_by, leased_until)
    VALUES (${name}, ${heldBy}, now() + ${LEASE_SECONDS} * interval '1 second')
    ON CONFLICT (name) DO UPDATE SET held_by = excluded.held_by, leased_until = excluded.leased_until
      WHERE work_lease.held_by = excluded.held_by OR work_lease.leased_until < now()`);
  return taken === 1;
}

export async function giveBackLease(db: Database, name: string, heldBy: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM work_lease WHERE name = ${name} AND held_by = ${heldBy}`);
}
