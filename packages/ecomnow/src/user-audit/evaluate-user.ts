import type { CognitoUser } from "@drumline/outbound/aws";

import type { AuditType } from "./finding.ts";
import { isSamePlatform, toPlatformWord } from "./fold-name.ts";
import { monthsAgo } from "./months-ago.ts";

/** Users without `custom:platform` are processed in the US scheduler (eComNow guide). */
const DEFAULT_PLATFORM = "US";

/** A row of aws_user_view that is about the user. */
export interface ViewRow {
  readonly platform: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly lastLoginAt: Date | null;
  /** By name, or only by an e-mail address that both carry. */
  readonly matchedBy: "username" | "email";
}

export interface AuditTerms {
  readonly auditType: AuditType;
  readonly platform: string;
  /** Calendar months without a login, for UserNotLoggedInPlatform. */
  readonly months: number;
  readonly now: Date;
}

export type Verdict =
  { readonly holds: true; readonly lastLoginAt: Date | null } | { readonly holds: false; readonly why: string };

/**
 * Whether the audit finds this user: the one rule by which users are identified, and by which a finding is checked once
 * more before anything is done about it. Where name and e-mail address point at different rows, both count in the user's favour.
 */
export function evaluateUser(
  user: Pick<CognitoUser, "platform" | "createdAt">,
  rows: readonly ViewRow[],
  { auditType, platform, months, now }: AuditTerms,
): Verdict {
  if (!belongsTo(user, platform)) return no(`the user belongs to ${platformOf(user)} now`);
  const here = rows.filter((row) => isSamePlatform(row.platform, platform));
  const lastLoginAt = latest((here.length > 0 ? here : rows).map((row) => row.lastLoginAt));
  switch (auditType) {
    case "UserNoLongerInPlatform":
      return here.length === 0 ? { holds: true, lastLoginAt } : no(`the user is listed in ${platform}`);
    case "UserNotEnabledInAnyPlatform": {
      const enabled = rows.find((row) => row.enabled);
      if (rows.length === 0) return no("no platform lists the user");
      return enabled === undefined ? { holds: true, lastLoginAt } : no(`the user is enabled in ${enabled.platform}`);
    }
    case "UserNotLoggedInPlatform":
      if (here.length === 0) return no(`the user is not listed in ${platform}`);
      return (lastLoginAt ?? user.createdAt) < monthsAgo(now, months)
        ? { holds: true, lastLoginAt }
        : no(lastLoginAt === null ? "the user is too new" : `the user logged in on ${lastLoginAt.toISOString()}`);
  }
}

export function belongsTo(user: Pick<CognitoUser, "platform">, platform: string): boolean {
  return isSamePlatform(platformOf(user), platform);
}

/** An empty word is none. */
export const platformOf = ({ platform }: Pick<CognitoUser, "platform">): string =>
  platform === null || platform.trim() === "" ? DEFAULT_PLATFORM : platform;

export const DISABLED = " (disabled)";

/** Platforms other than this one that list the user, each once: EU, US (disabled). */
export function listElsewhere(rows: readonly ViewRow[], platform: string): string[] {
  const others = rows.filter((row) => !isSamePlatform(row.platform, platform));
  const words = others.map((row) => `${toPlatformWord(row.platform)}${row.enabled ? "" : DISABLED}`);
  return [...new Set(words)].sort();
}

const no = (why: string): Verdict => ({ holds: false, why });

function latest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
}
