import type { UserAuditSettings } from "./settings.ts";

/** The outside of the user audit. */
export type UserAuditGateways = Readonly<Record<string, never>>;

export function createUserAuditGateways(_settings: UserAuditSettings): UserAuditGateways {
  return {};
}
