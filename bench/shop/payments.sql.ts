import { type Database, Prisma } from "@drumline/db";

/** So many orders of one line, with an attempt at Mollie that is due. They take the place of those before. */
export async function seedDuePayments(db: Database, count: number): Promise<void> {
  const no = Prisma.sql`FROM generate_series(1, ${count}) no`;
  await db.$executeRaw`TRUNCATE shop_order, shop_product, shop_movement, shop_notice, event_queue, problem CASCADE`;
  await db.$executeRaw`INSERT INTO shop_product (sku, title, on_hand, created_at, updated_at)
    SELECT 'SKU-' || no, 'A thing', 1000000, now(), now() FROM generate_series(1, 1000) no`;
  await db.$executeRaw`INSERT INTO shop_order (reference, email, email_key, currency, total_minor, placed_at, created_at, updated_at)
    SELECT 'order-' || no, 'shopper-' || no || '@example.com', 'shopper-' || no || '@example.com', 'EUR', 1250, now(), now(), now() ${no}`;
  await db.$executeRaw`INSERT INTO shop_order_line (order_id, line_no, sku, title, quantity, price_minor)
    SELECT id, 1, 'SKU-' || id % 1000 + 1, 'A thing', 1, 1250 FROM shop_order`;
  await db.$executeRaw`INSERT INTO shop_payment (id, order_id, provider, provider_id, amount_minor, currency, created_at, next_check_at)
    SELECT gen_random_uuid(), id, 'mollie', 'tr_' || split_part(reference, '-', 2), 1250, 'EUR', now() - interval '10 minutes', now() FROM shop_order`;
  for (const table of ["shop_order", "shop_order_line", "shop_payment", "shop_product"])
    await db.$executeRawUnsafe(`ANALYZE ${table}`);
}

export interface PaymentsCounted {
  readonly due: number;
  readonly confirmed: number;
  /** The earliest moment at which one that was not answered is asked again, in seconds from now. */
  readonly nextInSeconds: number;
}

export async function countPayments(db: Database): Promise<PaymentsCounted> {
  const [row] = await db.$queryRaw<[PaymentsCounted]>(Prisma.sql`
    SELECT count(*) FILTER (WHERE next_check_at <= now())::int AS due,
      (SELECT count(*)::int FROM shop_order WHERE status = 'CONFIRMED') AS confirmed,
      coalesce(extract(epoch FROM min(next_check_at) FILTER (WHERE next_check_at > now()) - now()), 0)::float8 AS "nextInSeconds"
    FROM shop_payment`);
  return row;
}
