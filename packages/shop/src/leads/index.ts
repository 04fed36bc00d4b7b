export { endBoughtLeads, endLeads } from "./end-leads.sql.ts";
export { type LeadStop, loadLeadStops } from "./lead-stops.sql.ts";
export { issueRestoreLinks, loadRemindedLeads, type RemindedLead, restorePathOf } from "./reminded-leads.sql.ts";
