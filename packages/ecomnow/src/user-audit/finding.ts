/** The three audits, by the names of the tasks that make them. */
export const AUDIT_TYPES = [
  "UserNoLongerInPlatform",
  "UserNotEnabledInAnyPlatform",
  "UserNotLoggedInPlatform",
] as const;
export type AuditType = (typeof AUDIT_TYPES)[number];

/** What a person can choose (eComNow guide, "Post Action Task"); NONE is nothing to do. */
export const ACTIONS = [
  "NONE",
  "DISABLE_IN_AWS",
  "ENABLE_IN_AWS",
  "DELETE_FROM_AWS",
  "REMINDER_SENT",
  "DELETE_FROM_DB",
  "DELETE_FROM_AWS_AND_DB",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What takes something from a user. */
export const DESTRUCTIVE_ACTIONS = [
  "DISABLE_IN_AWS",
  "DELETE_FROM_AWS",
  "DELETE_FROM_DB",
  "DELETE_FROM_AWS_AND_DB",
] as const satisfies readonly Action[];

export const isDestructive = (action: Action): boolean => (DESTRUCTIVE_ACTIONS as readonly Action[]).includes(action);

export const ACTION_STATUSES = ["NONE", "PENDING", "IN_PROGRESS", "DONE", "REFUSED", "FAILED", "UNKNOWN"] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];
