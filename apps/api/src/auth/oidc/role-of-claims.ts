import type { Role } from "@drumline/engine";

import type { OidcSettings } from "./settings.ts";

export type Claims = Readonly<Record<string, unknown>>;

type Rules = Pick<
  OidcSettings,
  "oidcRoleClaim" | "oidcAdminGroups" | "oidcOperatorGroups" | "oidcViewerGroups" | "oidcDefaultRole"
>;

/** The highest role that somebody's groups give; null: none, and no entry. */
export function roleOfClaims(claims: Claims, rules: Rules): Role | null {
  const own = new Set(readGroups(claims, rules.oidcRoleClaim));
  const isIn = (groups: readonly string[]) => groups.some((group) => own.has(group));
  if (isIn(rules.oidcAdminGroups)) return "admin";
  if (isIn(rules.oidcOperatorGroups)) return "operator";
  return isIn(rules.oidcViewerGroups) || rules.oidcDefaultRole === "viewer" ? "viewer" : null;
}

/** What is no list of texts, and no text, is no group. */
function readGroups(claims: Claims, name: string): readonly string[] {
  const value = findClaim(claims, name);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((group) => typeof group === "string") : [];
}

/** By its whole name, which may have dots of its own (https://example.com/roles), else by a path of names. */
export function findClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const part of name.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Claims)[part];
  }
  return found;
}
