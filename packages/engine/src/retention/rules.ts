import { integer, type ValuesOf } from "@drumline/core/config";
import { Prisma, type RetentionRule } from "@drumline/db";

/** Env keys for how long the ledger and its audit are kept. */
export const engineRetentionSettings = {
  ledgerRetentionDays: integer("LEDGER_RETENTION_DAYS", {
    fallback: 90,
    min: 0,
    max: 36_500,
    about: "Days after which ended runs and their log lines are deleted; 0 keeps them for ever.",
  }),
  scheduleChangeRetentionDays: integer("RETENTION_SCHEDULE_CHANGES_DAYS", {
    fallback: 730,
    min: 0,
    max: 36_500,
    about:
      "Days after which changes of schedules by people are deleted, but each schedule's last; 0 keeps them for ever.",
  }),
  tokenRetentionDays: integer("RETENTION_TOKENS_DAYS", {
    fallback: 730,
    min: 0,
    max: 36_500,
    about: "Days after their revocation after which tokens no kept change names are deleted; 0 keeps them for ever.",
  }),
  securityEventRetentionDays: integer("RETENTION_SECURITY_EVENTS_DAYS", {
    fallback: 180,
    min: 0,
    max: 36_500,
    about:
      "Days after which the log of sign-ins, refusals and changes of users and tokens is deleted; 0 keeps it for ever.",
  }),
} as const;

// No setting: none of them lives longer.
const SESSION_DAYS = 7;
const LINK_DAYS = 1;
// No setting: a caller who repeats a request does it within minutes, and the api promises a day.
const IDEMPOTENCY_KEY_DAYS = 1;

/** The ledger's runs (their lines go with them), the audit of schedules and tokens, sessions, and keys of requests. Open runs and active tokens stay. */
export function toEngineRetention(settings: ValuesOf<typeof engineRetentionSettings>): RetentionRule[] {
  return [
    {
      table: "run",
      key: ["id"],
      walk: "age",
      days: settings.ledgerRetentionDays,
      age: Prisma.sql`record.created_at`,
      mayGo: (before) => Prisma.sql`
        record.status NOT IN ('SCHEDULED', 'PROCESSING') AND coalesce(record.finished_at < ${before}, true)`,
    },
    {
      table: "bulk_action",
      key: ["id"],
      walk: "age",
      days: settings.ledgerRetentionDays,
      age: Prisma.sql`record.created_at`,
      mayGo: () => Prisma.sql`record.finished_at IS NOT NULL`,
    },
    {
      table: "schedule_change",
      key: ["id"],
      walk: "key",
      days: settings.scheduleChangeRetentionDays,
      age: Prisma.sql`record.changed_at`,
      mayGo: () => Prisma.sql`EXISTS (
        SELECT FROM schedule_change later WHERE later.schedule_id = record.schedule_id AND later.id > record.id)`,
    },
    {
      table: "idempotency_key",
      key: ["id"],
      walk: "age",
      days: IDEMPOTENCY_KEY_DAYS,
      age: Prisma.sql`record.created_at`,
      mayGo: () => Prisma.sql`true`,
    },
    {
      table: "security_event",
      key: ["id"],
      walk: "key",
      days: settings.securityEventRetentionDays,
      age: Prisma.sql`record.at`,
      mayGo: () => Prisma.sql`true`,
    },
    {
      table: "api_session",
      key: ["id"],
      walk: "age",
      days: SESSION_DAYS,
      age: Prisma.sql`record.created_at`,
      mayGo: () => Prisma.sql`true`,
    },
    {
      table: "sign_in_link",
      key: ["id"],
      walk: "age",
      days: LINK_DAYS,
      age: Prisma.sql`record.created_at`,
      mayGo: () => Prisma.sql`true`,
    },
    {
      table: "api_token",
      key: ["id"],
      walk: "age",
      days: settings.tokenRetentionDays,
      age: Prisma.sql`record.revoked_at`,
      mayGo: () => Prisma.sql`NOT EXISTS (SELECT FROM schedule_change WHERE changed_by = record.name)`,
    },
  ];
}
