import { type Database, Prisma } from "@drumline/db";

export const SUBSCRIPTION_STATUSES = ["PENDING", "CONFIRMED", "NOTIFIED", "BOUGHT", "EXPIRED", "UNSUBSCRIBED"] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** A wish to be told, as people see it. */
export interface SubscriptionRow {
  readonly id: bigint;
  readonly sku: string;
  readonly status: SubscriptionStatus;
  /** Null once it has ended. */
  readonly email: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
  readonly consentText: string;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
  readonly notifiedAt: Date | null;
  readonly endedAt: Date | null;
}

export interface SubscriptionFilter {
  readonly status?: SubscriptionStatus | undefined;
  readonly sku?: string | undefined;
}

/** Newest first. */
export async function loadSubscriptions(
  db: Database,
  { status, sku }: SubscriptionFilter,
  before: { readonly id: bigint } | null,
  limit: number,
): Promise<SubscriptionRow[]> {
  const conditions = [
    Prisma.sql`true`,
    ...(before === null ? [] : [Prisma.sql`subscription.id < ${before.id}`]),
    ...(status === undefined ? [] : [Prisma.sql`subscription.status = ${status}::shop_subscription_status`]),
    ...(sku === undefined ? [] : [Prisma.sql`product.sku = ${sku}`]),
  ];
  return await db.$queryRaw<SubscriptionRow[]>(Prisma.sql`
    SELECT subscription.id, product.sku, subscription.status::text, email, locale, time_zone AS "timeZone",
      consent_text AS "consentText", subscription.created_at AS "createdAt", confirmed_at AS "confirmedAt",
      notified_at AS "notifiedAt", ended_at AS "endedAt"
    FROM shop_stock_subscription subscription JOIN shop_product product ON product.id = subscription.product_id
    WHERE ${Prisma.join(conditions, " AND ")} ORDER BY subscription.id DESC LIMIT ${limit}`);
}
