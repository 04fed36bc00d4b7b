import { emailKeyOf } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

import { NoSuchShopRow } from "./save-cart.sql.ts";
import type { SaveOutcome } from "./save-customer.sql.ts";

export const CHECKOUT_STEPS = ["CONTACT", "ADDRESS", "SHIPPING", "PAYMENT"] as const;

export interface CheckoutNews {
  readonly reference: string;
  readonly cartReference: string;
  readonly step: (typeof CHECKOUT_STEPS)[number];
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
  readonly shipTo: Readonly<Record<string, string | undefined>>;
  /** To be reminded, with the words that were agreed to; null: not given, or taken back. */
  readonly consent: { readonly at: Date; readonly text: string } | null;
  readonly lastActivityAt: Date;
}

/**
 * The latest news win, in whichever order they come. A checkout of a cart that was cleaned up since comes back by a later
 * sign of the shopper only, so that news sent twice bring nobody's data back. Throws `NoSuchShopRow`.
 */
export async function saveCheckout(db: Database, news: CheckoutNews): Promise<SaveOutcome> {
  return db.$transaction(async (tx) => {
    const [cart] = await tx.$queryRaw<{ id: bigint; status: string; isLater: boolean }[]>(Prisma.sql`
      SELECT id, status::text, ${news.lastActivityAt}::timestamptz > last_activity_at AS "isLater"
      FROM shop_cart WHERE reference = ${news.cartReference} FOR UPDATE`);
    if (cart === undefined) throw new NoSuchShopRow("cart", news.cartReference);
    if (cart.status === "ORDERED") return "ORDERED";
    if (cart.status !== "OPEN" && !cart.isLater) return "OLDER";
    const emailKey = news.email === null ? null : emailKeyOf(news.email);
    const saved = await tx.$executeRaw(Prisma.sql`
      INSERT INTO shop_checkout AS known (reference, cart_id, step, email, email_key, name, phone, locale, time_zone, ship_to,
        consent_at, consent_text, last_activity_at, created_at)
      VALUES (${news.reference}, ${cart.id}, ${news.step}, ${news.email}, ${emailKey}, ${news.name}, ${news.phone}, ${news.locale},
        ${news.timeZone}, ${JSON.stringify(news.shipTo)}::jsonb, ${news.consent?.at ?? null}, ${news.consent?.text ?? null},
        ${news.lastActivityAt}, ${news.lastActivityAt})
      ON CONFLICT (reference) DO UPDATE SET cart_id = excluded.cart_id, step = excluded.step, email = excluded.email,
        email_key = excluded.email_key, name = excluded.name, phone = excluded.phone, locale = excluded.locale,
        time_zone = excluded.time_zone, ship_to = excluded.ship_to, consent_at = excluded.consent_at,
        consent_text = excluded.consent_text, last_activity_at = excluded.last_activity_at
      WHERE excluded.last_activity_at >= known.last_activity_at`);
    if (saved === 0) return "OLDER";
    await tx.$executeRaw(Prisma.sql`
      UPDATE shop_cart SET status = 'OPEN', last_activity_at = greatest(last_activity_at, ${news.lastActivityAt}::timestamptz)
      WHERE id = ${cart.id}`);
    return "SAVED";
  });
}
