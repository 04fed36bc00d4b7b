import { DrumlineError } from "@drumline/core/errors";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { SaveOutcome } from "./save-customer.sql.ts";

export interface CartNews {
  readonly reference: string;
  readonly customerReference: string | null;
  /** ISO 4217. */
  readonly currency: string;
  readonly lines: readonly CartLine[];
  /** When the shopper did what it tells of. */
  readonly lastActivityAt: Date;
}

export interface CartLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly priceMinor: bigint;
}

/** What the news refer to is not there yet: they must be sent again after it. */
export class NoSuchShopRow extends DrumlineError {
  constructor(what: "cart" | "customer", reference: string) {
    super(`there is no ${what} ${reference}; send the ${what} first, then this again`, { code: "REFERENCE_UNKNOWN" });
  }
}

/**
 * The lines are those of the latest news, in whichever order they come. A sign of the shopper that is later than all
 * others opens a cart again that was left behind; an ordered one stays as it is. Throws `NoSuchShopRow`.
 */
export async function saveCart(db: Database, news: CartNews, at: Date): Promise<SaveOutcome> {
  return db.$transaction(async (tx) => {
    const customerId = await findCustomer(tx, news.customerReference);
    const [saved] = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
      INSERT INTO shop_cart AS known (reference, customer_id, currency, lines_at, last_activity_at, created_at, updated_at)
      VALUES (${news.reference}, ${customerId}, ${news.currency}, ${news.lastActivityAt}, ${news.lastActivityAt}, ${news.lastActivityAt}, ${at})
      ON CONFLICT (reference) DO UPDATE SET customer_id = excluded.customer_id, currency = excluded.currency,
        lines_at = excluded.lines_at, last_activity_at = greatest(known.last_activity_at, excluded.last_activity_at), updated_at = ${at},
        status = CASE WHEN excluded.last_activity_at > known.last_activity_at THEN 'OPEN' ELSE known.status END
      WHERE known.status <> 'ORDERED' AND (known.lines_at IS NULL OR excluded.lines_at >= known.lines_at)
        AND (known.status <> 'ANONYMISED' OR excluded.last_activity_at > known.last_activity_at)
      RETURNING id`);
    if (saved === undefined) return whyNot(tx, news.reference);
    await tx.$executeRaw(Prisma.sql`DELETE FROM shop_cart_line WHERE cart_id = ${saved.id}`);
    const lines = news.lines.map((line, index) => ({
      ...line,
      priceMinor: String(line.priceMinor),
      lineNo: index + 1,
    }));
    await tx.$executeRaw(Prisma.sql`
      INSERT INTO shop_cart_line (cart_id, line_no, sku, title, quantity, price_minor)
      SELECT ${saved.id}, "lineNo", sku, title, quantity, "priceMinor"
      FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
        AS line("lineNo" int, sku text, title text, quantity int, "priceMinor" bigint)`);
    return "SAVED";
  });
}

async function findCustomer(tx: Transaction, reference: string | null): Promise<bigint | null> {
  if (reference === null) return null;
  const [customer] = await tx.$queryRaw<{ id: bigint }[]>(
    Prisma.sql`SELECT id FROM shop_customer WHERE reference = ${reference}`,
  );
  if (customer === undefined) throw new NoSuchShopRow("customer", reference);
  return customer.id;
}

async function whyNot(tx: Transaction, reference: string): Promise<SaveOutcome> {
  const [cart] = await tx.$queryRaw<{ status: string }[]>(
    Prisma.sql`SELECT status::text FROM shop_cart WHERE reference = ${reference}`,
  );
  return cart?.status === "ORDERED" ? "ORDERED" : "OLDER";
}
