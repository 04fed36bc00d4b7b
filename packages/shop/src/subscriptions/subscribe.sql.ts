import { DAY_MS } from "@drumline/core/clock";
import { emailKeyOf } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

import { saveNotices } from "../notifications/save-notices.sql.ts";

export interface NewSubscription {
  readonly sku: string;
  readonly email: string;
  readonly locale: string;
  readonly timeZone: string | null;
  /** The words that the person agreed to. */
  readonly consentText: string;
}

export type SubscribeOutcome =
  | { readonly kind: "UNKNOWN_SKU" }
  /** There is nothing to wait for. */
  | { readonly kind: "AVAILABLE"; readonly available: bigint }
  | { readonly kind: "SUBSCRIBED"; readonly id: bigint; readonly status: string };

/**
 * Somebody wants to be told when a product is back. A new address is asked by mail whether it wants that, once a day
 * however often it is entered; one that was told and missed it waits anew, behind the others.
 */
export async function subscribe(
  db: Database,
  { sku, email, locale, timeZone, consentText }: NewSubscription,
  { now, from }: { readonly now: Date; readonly from: number },
): Promise<SubscribeOutcome> {
  return await db.$transaction(async (tx) => {
    const [product] = await tx.$queryRaw<{ id: bigint; available: bigint }[]>(Prisma.sql`
      SELECT id, on_hand - reserved - safety AS available FROM shop_product WHERE sku = ${sku}`);
    if (product === undefined) return { kind: "UNKNOWN_SKU" };
    if (product.available >= BigInt(from)) return { kind: "AVAILABLE", available: product.available };
    const [row] = await tx.$queryRaw<{ id: bigint; status: string }[]>(Prisma.sql`
      INSERT INTO shop_stock_subscription AS known
        (product_id, email, email_key, locale, time_zone, consent_text, created_at)
      VALUES (${product.id}, ${email}, ${emailKeyOf(email)}, ${locale}, ${timeZone}, ${consentText}, ${now})
      ON CONFLICT (product_id, email_key) DO UPDATE SET
        locale = excluded.locale, time_zone = excluded.time_zone, consent_text = excluded.consent_text,
        created_at = CASE known.status WHEN 'PENDING' THEN excluded.created_at ELSE known.created_at END,
        confirmed_at = CASE known.status WHEN 'NOTIFIED' THEN excluded.created_at ELSE known.confirmed_at END,
        notified_at = CASE known.status WHEN 'NOTIFIED' THEN NULL ELSE known.notified_at END,
        status = CASE known.status WHEN 'NOTIFIED' THEN 'CONFIRMED' ELSE known.status END
      RETURNING id, status::text`);
    const { id, status } = row!;
    const day = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
    if (status === "PENDING")
      await saveNotices(tx, [
        { key: `subscription/${id}/confirm/${day}`, kind: "confirm-subscription", occurredAt: now },
      ]);
    return { kind: "SUBSCRIBED", id, status };
  });
}
