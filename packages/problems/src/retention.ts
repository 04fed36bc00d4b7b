import { integer, type ValuesOf } from "@drumline/core/config";
import { Prisma, type RetentionRule } from "@drumline/db";

/** Env key for how long closed problems are kept. */
export const problemRetentionSettings = {
  problemRetentionDays: integer("RETENTION_PROBLEMS_DAYS", {
    fallback: 90,
    min: 0,
    max: 36_500,
    about: "Days after which problems that are closed are deleted; 0 keeps them for ever.",
  }),
} as const;

/** An open problem waits for a person, and one that a person lives with keeps the next one from opening: both stay. */
export function toProblemRetention(settings: ValuesOf<typeof problemRetentionSettings>): RetentionRule[] {
  return [
    {
      table: "problem",
      key: ["id"],
      walk: "age",
      days: settings.problemRetentionDays,
      age: Prisma.sql`record.closed_at`,
      mayGo: (before) => Prisma.sql`(NOT record.accepted OR record.last_seen_at < ${before})`,
    },
  ];
}
