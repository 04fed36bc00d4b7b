import { type Database, Prisma } from "@drumline/db";

const REFUNDS = 20;

export async function seedRefunds(db: Database): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH orders AS (
      INSERT INTO ecomnow_order (number, currency, paid_minor, placed_at, created_at, updated_at)
      SELECT 'H' || n, 'EUR', 10000, now(), now(), now() FROM generate_series(1, ${REFUNDS}::int) n RETURNING id, number)
    INSERT INTO ecomnow_refund (number, order_id, amount_minor, updated_at)
    SELECT number || '-R', id, 500, now() FROM orders`);
}

/** As the sandbox lists them. */
export async function seedPlatformUsers(db: Database, json: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO platform_user (platform, username, email, enabled, last_login_at)
    SELECT platform, username, email, enabled, "lastLoginAt"
    FROM jsonb_to_recordset(${json}::jsonb)
      AS seeded(platform text, username text, email text, enabled boolean, "lastLoginAt" timestamptz)
    ON CONFLICT DO NOTHING`);
}
