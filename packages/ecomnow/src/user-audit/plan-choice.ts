import type { Action, ActionStatus, AuditType } from "./finding.ts";

/** What a choice of action depends on. */
export interface Choosable {
  readonly auditType: AuditType;
  readonly action: Action;
  readonly actionStatus: ActionStatus;
  readonly closed: boolean;
  readonly version: number;
}

/** SET changes the finding, UNCHANGED is waiting to be performed already, the rest are refusals. */
export const CHOICE_OUTCOMES = [
  "SET",
  "UNCHANGED",
  "NOT_FOUND",
  "IN_PROGRESS",
  "CLOSED",
  "NOT_ABOUT_LOGIN",
  "CHANGED",
] as const;
export type ChoiceOutcome = (typeof CHOICE_OUTCOMES)[number];

/** What becomes of choosing `action` for the finding. `version`: the one the person saw, where it is to be heeded. */
export function planChoice(finding: Choosable | undefined, action: Action, version: number | undefined): ChoiceOutcome {
  if (finding === undefined) return "NOT_FOUND";
  if (version !== undefined && finding.version !== version) return "CHANGED";
  if (finding.actionStatus === "IN_PROGRESS") return "IN_PROGRESS";
  if (action === finding.action && (action === "NONE" || finding.actionStatus === "PENDING")) return "UNCHANGED";
  // Enabling takes nothing away, and a user whose finding is closed may well be back.
  if (finding.closed && action !== "NONE" && action !== "ENABLE_IN_AWS") return "CLOSED";
  if (action === "REMINDER_SENT" && finding.auditType !== "UserNotLoggedInPlatform") return "NOT_ABOUT_LOGIN";
  return "SET";
}
