/** Each may do what those before it may: look, then run things and decide about findings, then change schedules. */
export const ROLES = ["viewer", "operator", "admin"] as const;
/** What a token may do. */
export type Role = (typeof ROLES)[number];

/** Whether a holder of one role may do what the other is needed for. */
export const includesRole = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed);
