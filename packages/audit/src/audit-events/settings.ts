import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of the archive of audit events. */
export const archiveSettings = {
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
} as const;

/** The values of `archiveSettings`. */
export type ArchiveSettings = ValuesOf<typeof archiveSettings>;
