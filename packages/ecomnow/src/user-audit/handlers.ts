/** The four tasks of the user audit, by wire name. */
export const userAuditHandlers = {};
