import type { Env } from "@drumline/core/config";
import { createSecretBox, UnusableSecret } from "@drumline/outbound/secrets";

import { ecomnowSettings } from "./settings.ts";

export { UnusableSecret };

/** Whose secrets stand in tables. */
export const SECRET_OWNERS = ["client", "vendor", "api"] as const;
export type SecretOwner = (typeof SECRET_OWNERS)[number];

/** A secret as it may stand in the row of its owner and in no other. Throws `UnusableSecret` without ECOMNOW_SECRET_KEY. */
export function sealSecret(plain: string, { kind, name }: { kind: SecretOwner; name: string }, env: Env): string {
  const raw = env[ecomnowSettings.ecomnowSecretKey.key] ?? "";
  const key = raw === "" ? null : ecomnowSettings.ecomnowSecretKey.parse(raw);
  return createSecretBox(key, {}).seal(plain, `${kind === "api" ? "API" : kind} ${name}`);
}
