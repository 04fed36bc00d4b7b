export { archiveOldAuditEvents } from "./archive-old-audit-events.ts";
export { type AuditEventFilter, type AuditEventRow, loadAuditEvents } from "./load-audit-events.sql.ts";
export { type AuditEvent, recordAuditEvents } from "./record-audit-events.sql.ts";
export { archiveSettings, type ArchiveSettings } from "./settings.ts";
export { withoutSecrets } from "./without-secrets.ts";
