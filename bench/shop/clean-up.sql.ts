import { type Database, Prisma } from "@drumline/db";

/**
 * Carts that were left between 2 and 26 hours ago with a checkout each: 4 of 10 with consent, every tenth person with two
 * carts, 2 of 100 with an order whose payment is open, and 3 of 100 of somebody who has bought the same since.
 */
export async function seedIdleCheckouts(db: Database, count: number): Promise<void> {
  const email = Prisma.sql`'shopper-' || (no - (no % 10 = 1)::int) || '@example.com'`;
  const left = Prisma.sql`now() - make_interval(secs => 7200 + no % 86400)`;
  const no = Prisma.sql`FROM generate_series(1, ${count}) no`;
  await db.$executeRaw`INSERT INTO shop_cart (reference, currency, last_activity_at, created_at, updated_at)
    SELECT 'cart-' || no, 'EUR', ${left}, ${left}, ${left} ${no}`;
  await db.$executeRaw`INSERT INTO shop_cart_line (cart_id, line_no, sku, title, quantity, price_minor)
    SELECT id, 1, 'SKU-' || id % 1000, 'A thing', 1, 1250 FROM shop_cart`;
  await db.$executeRaw`INSERT INTO shop_checkout (reference, cart_id, step, email, email_key, name, consent_at, consent_text, last_activity_at, created_at)
    SELECT 'checkout-' || no, cart.id, 'ADDRESS', ${email}, ${email}, 'A shopper',
      CASE WHEN no % 10 < 4 THEN cart.last_activity_at END, 'Remind me.', cart.last_activity_at, cart.created_at
    ${no} JOIN shop_cart cart ON cart.reference = 'cart-' || no`;
  await db.$executeRaw`INSERT INTO shop_order (reference, cart_id, email, email_key, currency, total_minor, placed_at, created_at, updated_at)
    SELECT 'order-' || no, CASE WHEN no % 100 < 52 THEN cart.id END, ${email}, ${email}, 'EUR', 1250, now(), now(), now()
    ${no} JOIN shop_cart cart ON cart.reference = 'cart-' || no WHERE no % 100 BETWEEN 50 AND 54`;
  await db.$executeRaw`INSERT INTO shop_order_line (order_id, line_no, sku, title, quantity, price_minor)
    SELECT placed.id, 1, line.sku, 'A thing', 1, 1250 FROM shop_order placed
    JOIN shop_cart cart ON cart.reference = 'cart-' || split_part(placed.reference, '-', 2) JOIN shop_cart_line line ON line.cart_id = cart.id`;
  await db.$executeRaw`INSERT INTO shop_payment (id, order_id, provider, status, amount_minor, currency, created_at)
    SELECT gen_random_uuid(), id, 'mollie', 'OPEN', 1250, 'EUR', now() FROM shop_order WHERE cart_id IS NOT NULL`;
  for (const table of ["shop_cart", "shop_cart_line", "shop_checkout", "shop_order", "shop_order_line", "shop_payment"])
    await db.$executeRawUnsafe(`ANALYZE ${table}`);
}
