import { integer, type ValuesOf } from "@drumline/core/config";
import { Prisma, type RetentionRule } from "@drumline/db";

/** Env keys for how long eComNow keeps what has done its work. */
export const ecomnowRetentionSettings = {
  exchangeLogRetentionDays: integer("RETENTION_CLIENT_EXCHANGES_DAYS", {
    fallback: 30,
    min: 0,
    max: 36_500,
    about: "Days after which the records of exchanges with clients are deleted; 0 keeps them for ever.",
  }),
  feedBadLineRetentionDays: integer("RETENTION_FEED_BAD_LINES_DAYS", {
    fallback: 90,
    min: 0,
    max: 36_500,
    about:
      "Days after which bad lines of vendors' feeds are deleted, but those of each vendor's last feed; 0 keeps them for ever.",
  }),
} as const;

/** Exchanges and bad lines are for people to look at; what they led to is kept elsewhere. */
export function toEcomnowRetention(settings: ValuesOf<typeof ecomnowRetentionSettings>): RetentionRule[] {
  return [
    {
      table: "ecomnow_customer_integration_log",
      key: ["id"],
      walk: "key",
      days: settings.exchangeLogRetentionDays,
      age: Prisma.sql`record.at`,
      mayGo: () => Prisma.sql`true`,
    },
    {
      table: "ecomnow_feed_bad_line",
      key: ["import_id", "line_no"],
      walk: "age",
      days: settings.feedBadLineRetentionDays,
      joined: Prisma.sql`JOIN ecomnow_feed_import import ON import.id = record.import_id`,
      age: Prisma.sql`import.finished_at`,
      mayGo: () => Prisma.sql`EXISTS (
        SELECT FROM ecomnow_feed_import later WHERE later.vendor_id = import.vendor_id AND later.id > import.id)`,
    },
  ];
}
