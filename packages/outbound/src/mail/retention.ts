import { integer, type ValuesOf } from "@drumline/core/config";
import { Prisma, type RetentionRule } from "@drumline/db";

/** Env keys for how long mail is kept. */
export const mailRetentionSettings = {
  mailRetentionDays: integer("RETENTION_MAILS_DAYS", {
    fallback: 365,
    min: 0,
    max: 36_500,
    about:
      "Days after which mails that were sent or refused are deleted; 0 keeps them for ever. Their keys keep a decision from being mailed twice, so the days must outlast it.",
  }),
} as const;

/** A mail whose outcome is unknown waits for a person, and one that was not sent yet for its sender: both stay. */
export function toMailRetention(settings: ValuesOf<typeof mailRetentionSettings>): RetentionRule[] {
  return [
    {
      table: "mail",
      key: ["id"],
      walk: "age",
      days: settings.mailRetentionDays,
      age: Prisma.sql`record.settled_at`,
      mayGo: () => Prisma.sql`record.status IN ('SENT', 'FAILED')`,
    },
  ];
}
