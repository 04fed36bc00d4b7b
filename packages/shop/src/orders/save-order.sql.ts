import { emailKeyOf } from "@drumline/core/text";
import { Prisma, type Transaction } from "@drumline/db";

export interface OrderPerson {
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
}

export interface OrderLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly priceMinor: bigint;
}

/** An order as the shop sends it; `reference` is the shop's own name of it. */
export interface OrderContent extends OrderPerson {
  readonly reference: string;
  readonly customer: (OrderPerson & { readonly reference: string }) | null;
  readonly cartReference: string | null;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly placedAt: Date;
  readonly payBy: Date | null;
  readonly shipTo: object;
  readonly lines: readonly OrderLine[];
}

/** Null where there is an order of that reference already. */
export async function insertOrder(tx: Transaction, order: OrderContent, at: Date): Promise<bigint | null> {
  const customerId = order.customer === null ? null : await saveCustomerOfOrder(tx, order.customer, at);
  const [row] = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    INSERT INTO shop_order (reference, customer_id, cart_id, email, email_key, name, phone, locale, time_zone, ship_to,
      currency, total_minor, placed_at, pay_by, created_at, updated_at)
    VALUES (${order.reference}, ${customerId}, (SELECT id FROM shop_cart WHERE reference = ${order.cartReference}),
      ${order.email}, ${order.email === null ? null : emailKeyOf(order.email)}, ${order.name}, ${order.phone},
      ${order.locale}, ${order.timeZone}, ${JSON.stringify(order.shipTo)}::jsonb, ${order.currency}, ${order.totalMinor},
      ${order.placedAt}, ${order.payBy}, ${at}, ${at})
    ON CONFLICT (reference) DO NOTHING
    RETURNING id`);
  if (row === undefined) return null;
  const lines = order.lines.map((line, index) => ({
    ...line,
    priceMinor: String(line.priceMinor),
    lineNo: index + 1,
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_order_line (order_id, line_no, sku, title, quantity, price_minor)
    SELECT ${row.id}, "lineNo", sku, title, quantity, "priceMinor"
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS line("lineNo" int, sku text, title text, quantity int,
      "priceMinor" bigint)`);
  return row.id;
}

async function saveCustomerOfOrder(
  tx: Transaction,
  { reference, email, name, phone, locale, timeZone }: NonNullable<OrderContent["customer"]>,
  at: Date,
): Promise<bigint> {
  const emailKey = email === null ? null : emailKeyOf(email);
  const [row] = await tx.$queryRaw<[{ id: bigint }]>(Prisma.sql`
    INSERT INTO shop_customer AS known (reference, email, email_key, name, phone, locale, time_zone, created_at, updated_at)
    VALUES (${reference}, ${email}, ${emailKey}, ${name}, ${phone}, ${locale}, ${timeZone}, ${at}, ${at})
    ON CONFLICT (reference) DO UPDATE SET email = coalesce(excluded.email, known.email),
      email_key = coalesce(excluded.email_key, known.email_key), name = coalesce(excluded.name, known.name),
      phone = coalesce(excluded.phone, known.phone), locale = excluded.locale,
      time_zone = coalesce(excluded.time_zone, known.time_zone), updated_at = excluded.updated_at
    RETURNING id`);
  return row.id;
}

/** The order of that reference, locked, and in which of its facts another one differs. */
export async function lockKnownOrder(
  tx: Transaction,
  order: OrderContent,
): Promise<{ readonly id: bigint; readonly differs: readonly string[] }> {
  const [known] = await tx.$queryRaw<[{ id: bigint; currency: string; totalMinor: bigint }]>(Prisma.sql`
    SELECT id, currency, total_minor AS "totalMinor" FROM shop_order WHERE reference = ${order.reference} FOR NO KEY UPDATE`);
  const lines = await tx.$queryRaw<OrderLine[]>(Prisma.sql`
    SELECT sku, title, quantity, price_minor AS "priceMinor" FROM shop_order_line WHERE order_id = ${known.id} ORDER BY line_no`);
  const factOf = ({ sku, quantity, priceMinor }: OrderLine) => `${sku} ${quantity} ${priceMinor}`;
  const differs = [
    ...(known.currency === order.currency ? [] : ["currency"]),
    ...(known.totalMinor === order.totalMinor ? [] : ["totalMinor"]),
    ...(lines.map(factOf).join("\n") === order.lines.map(factOf).join("\n") ? [] : ["lines"]),
  ];
  return { id: known.id, differs };
}
