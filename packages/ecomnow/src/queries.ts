export { ACTION_STATUSES, ACTIONS, AUDIT_TYPES } from "./audit-words.ts";
export { type CycleRow, loadCycles } from "./queries/cycles.sql.ts";
export { type FindingRow, loadFinding, loadFindings } from "./queries/findings.sql.ts";
export { type HistoryRow, loadHistory } from "./queries/history.sql.ts";
