import { integer, listOf } from "@drumline/core/config";

import { MAINTAINED_TABLES } from "./maintained-tables.ts";

/** Env keys of the tasks that keep the database small and quick. */
export const housekeepingSettings = {
  maintenanceTables: listOf("DB_MAINTENANCE_TABLES", MAINTAINED_TABLES, {
    about: "Tables that db_maintenance vacuums and analyses, comma-separated.",
  }),
  maintenanceTimeoutSeconds: integer("DB_MAINTENANCE_TIMEOUT_SECONDS", {
    fallback: 1_800,
    min: 1,
    max: 86_400,
    about: "Seconds db_maintenance may spend on one table.",
  }),
  archiveChunkRows: integer("AUDIT_ARCHIVE_CHUNK_ROWS", {
    fallback: 5_000,
    min: 1,
    max: 50_000,
    about: "Audit events moved to the archive by one statement.",
  }),
  archiveBudgetSeconds: integer("AUDIT_ARCHIVE_BUDGET_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 86_400,
    about: "Seconds one run of archive_old_audit_events may take; the next run goes on where it stopped.",
  }),
  webhookRequestDays: integer("WEBHOOK_REQUEST_RETENTION_DAYS", {
    fallback: 7,
    min: 1,
    max: 3_650,
    about: "Days that records of incoming webhooks are kept.",
  }),
  failedWebhookRequestDays: integer("WEBHOOK_REQUEST_FAILED_RETENTION_DAYS", {
    fallback: 30,
    min: 1,
    max: 3_650,
    about: "Days that records of incoming webhooks are kept that failed or were never finished.",
  }),
  webhookRequestBatch: integer("WEBHOOK_REQUEST_DELETE_BATCH", {
    fallback: 5_000,
    min: 1,
    max: 50_000,
    about: "Records of incoming webhooks that one run deletes at most.",
  }),
} as const;
