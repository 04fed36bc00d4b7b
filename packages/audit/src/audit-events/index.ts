export { archiveOldAuditEvents } from "./archive-old-audit-events.ts";
export { type AuditEvent, recordAuditEvents } from "./record-audit-events.sql.ts";
export { withoutSecrets } from "./without-secrets.ts";
