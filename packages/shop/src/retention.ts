import { integer, type ValuesOf } from "@drumline/core/config";
import { Prisma, type RetentionRule } from "@drumline/db";

const days = (key: string, fallback: number, what: string, more = "") =>
  integer(key, {
    fallback,
    min: 0,
    max: 36_500,
    about: `Days after which ${what} are deleted; 0 keeps them for ever.${more}`,
  });

/** Mails that could not be delivered for now are counted over 30 days. */
const REPORTS_COUNTED_DAYS = 31;

/** Env keys for how long the shop keeps what has done its work. */
export const shopRetentionSettings = {
  shopNoticeRetentionDays: days(
    "RETENTION_SHOP_NOTICES_DAYS",
    365,
    "notices to customers that were told or superseded",
    " Their keys keep a customer from being told twice.",
  ),
  shopMailReportRetentionDays: days(
    "RETENTION_SHOP_MAIL_REPORTS_DAYS",
    90,
    "bounces and complaints",
    ` Never fewer than ${REPORTS_COUNTED_DAYS}, over which they are counted; whom nobody may write to stays known.`,
  ),
  shopSubscriptionRetentionDays: days(
    "RETENTION_SHOP_SUBSCRIPTIONS_DAYS",
    365,
    "subscriptions to products that have ended, with the words that were agreed to,",
  ),
  shopCartRetentionDays: days("RETENTION_SHOP_CARTS_DAYS", 365, "carts that name nobody any more"),
  shopLabelRetentionDays: days(
    "RETENTION_SHOP_LABELS_DAYS",
    90,
    "labels of parcels that have arrived or were cancelled",
  ),
} as const;

/** What a person or a carrier may still ask about, and what is to come, stays: orders, their money, and movements for ever. */
export function toShopRetention(settings: ValuesOf<typeof shopRetentionSettings>): RetentionRule[] {
  const reportDays = settings.shopMailReportRetentionDays;
  return [
    {
      table: "shop_notice",
      key: ["id"],
      walk: "key",
      days: settings.shopNoticeRetentionDays,
      age: Prisma.sql`record.ended_at`,
      mayGo: () => Prisma.sql`record.status <> 'DUE'`,
    },
    {
      table: "shop_mail_report",
      key: ["id"],
      walk: "key",
      days: reportDays === 0 ? 0 : Math.max(reportDays, REPORTS_COUNTED_DAYS),
      age: Prisma.sql`record.received_at`,
      mayGo: (before) => Prisma.sql`record.occurred_at < ${before}`,
    },
    {
      table: "shop_stock_subscription",
      key: ["id"],
      walk: "key",
      days: settings.shopSubscriptionRetentionDays,
      age: Prisma.sql`record.ended_at`,
      mayGo: () => Prisma.sql`record.status IN ('BOUGHT', 'EXPIRED', 'UNSUBSCRIBED')`,
    },
    {
      table: "shop_cart",
      key: ["id"],
      walk: "key",
      days: settings.shopCartRetentionDays,
      age: Prisma.sql`record.updated_at`,
      mayGo: () => Prisma.sql`record.status = 'ANONYMISED'`,
    },
    {
      table: "shop_label",
      key: ["id"],
      walk: "age",
      days: settings.shopLabelRetentionDays,
      joined: Prisma.sql`JOIN shop_parcel parcel ON parcel.id = record.parcel_id`,
      age: Prisma.sql`record.created_at`,
      mayGo: () => Prisma.sql`(record.status IN ('VOIDED', 'FAILED', 'BOUGHT')
        AND parcel.status IN ('DELIVERED', 'RETURNED', 'LOST', 'CANCELLED'))`,
    },
  ];
}
