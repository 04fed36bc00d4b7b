export { loadMailById, loadMails, MAIL_STATUSES, type MailRow } from "@drumline/outbound/mail";
export { ACTION_STATUSES, ACTIONS, AUDIT_TYPES, isDestructive } from "./user-audit/finding.ts";
export { type CycleRow, loadCycles } from "./user-audit/queries/cycles.sql.ts";
export {
  type FindingRow,
  type HistoryRow,
  loadFinding,
  loadFindings,
  loadHistory,
} from "./user-audit/queries/findings.sql.ts";
