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
  maintenanceRetentionDays: integer("RETENTION_MAINTENANCE_DAYS", {
    fallback: 730,
    min: 0,
    max: 36_500,
    about:
      "Days after which past periods of maintenance windows and people's changes of these are deleted, and then windows that are closed or over; 0 keeps them for ever.",
  }),
} as const;

// No setting: none of them lives longer.
const SESSION_DAYS = 7;
const LINK_DAYS = 1;
// No setting: a caller who repeats a request does it within minutes, and the api promises a day.
const IDEMPOTENCY_KEY_DAYS = 1;

/** Of a row of `maintenance_window`: it was closed, or was one-off and is over. */
const windowEndedAt = Prisma.sql`coalesce(record.closed_at, CASE WHEN record.crontab IS NULL THEN record.ends_at END)`;

/**
 * The ledger's runs (their lines go with them), the audit of schedules and tokens, the history of maintenance windows,
 * sessions, and keys of requests. Open runs, active tokens and windows that may come into force stay.
 */
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
      table: "maintenance_period",
      key: ["id"],
      walk: "age",
      days: settings.maintenanceRetentionDays,
      age: Prisma.sql`record.ends_at`,
      mayGo: () => Prisma.sql`true`,
    },
    {
      table: "maintenance_change",
      key: ["id"],
      walk: "key",
      days: settings.maintenanceRetentionDays,
      age: Prisma.sql`record.changed_at`,
      mayGo: (before) => Prisma.sql`(EXISTS (
        SELECT FROM maintenance_change later WHERE later.window_id = record.window_id AND later.id > record.id)
        OR EXISTS (SELECT FROM maintenance_window AS its WHERE its.id = record.window_id
          AND coalesce(its.closed_at, CASE WHEN its.crontab IS NULL THEN its.ends_at END) < ${before}))`,
    },
    {
      table: "maintenance_window",
      key: ["id"],
      walk: "age",
      days: settings.maintenanceRetentionDays,
      age: windowEndedAt,
      mayGo: () => Prisma.sql`NOT EXISTS (SELECT FROM maintenance_period WHERE window_id = record.id)
        AND NOT EXISTS (SELECT FROM maintenance_change WHERE window_id = record.id)`,
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
