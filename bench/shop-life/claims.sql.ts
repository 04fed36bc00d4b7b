import { type Database, Prisma } from "@drumline/db";

const CLAIMING = ["shop_order", "shop_payment", "shop_refund", "shop_notice", "shop_label", "shop_parcel"];

/** As if minutes had passed since they were taken. Only while no run is at work. */
export async function endClaims(db: Database): Promise<void> {
  for (const table of CLAIMING)
    await db.$executeRaw(Prisma.sql`
      UPDATE ${Prisma.raw(table)} SET claimed_until = now() - interval '1 s' WHERE claimed_until > now()`);
  await db.$executeRaw(
    Prisma.sql`UPDATE mail SET sending_since = now() - interval '3 minutes' WHERE status = 'SENDING'`,
  );
}
