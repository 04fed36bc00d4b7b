import { emailKeyOf } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

/** What became of news of a customer, cart or checkout. */
export type SaveOutcome =
  | "SAVED"
  /** Something later is known already: nothing changed. */
  | "OLDER"
  /** The cart is ordered, and stays as it was ordered. */
  | "ORDERED";

export interface CustomerNews {
  readonly reference: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
  readonly updatedAt: Date;
}

/** The latest news wins, in whichever order they come. What an erasure took comes back by news that are later than it alone. */
export async function saveCustomer(db: Database, news: CustomerNews): Promise<SaveOutcome> {
  const emailKey = news.email === null ? null : emailKeyOf(news.email);
  const saved = await db.$executeRaw(Prisma.sql`
    INSERT INTO shop_customer AS known (reference, email, email_key, name, phone, locale, time_zone, created_at, updated_at)
    VALUES (${news.reference}, ${news.email}, ${emailKey}, ${news.name}, ${news.phone}, ${news.locale}, ${news.timeZone},
      ${news.updatedAt}, ${news.updatedAt})
    ON CONFLICT (reference) DO UPDATE SET email = excluded.email, email_key = excluded.email_key, name = excluded.name,
      phone = excluded.phone, locale = excluded.locale, time_zone = excluded.time_zone, updated_at = excluded.updated_at, erased_at = NULL
    WHERE excluded.updated_at >= known.updated_at AND (known.erased_at IS NULL OR excluded.updated_at > known.erased_at)`);
  return saved === 1 ? "SAVED" : "OLDER";
}
