import type { Env } from "@drumline/core/config";

import { dataSettings } from "./data-settings.ts";
import { createSecretBox, UnusableSecret } from "@drumline/outbound/secrets";

export { UnusableSecret };

/** Whose secrets stand in tables. */
export const SECRET_OWNERS = ["client", "vendor", "api"] as const;
export type SecretOwner = (typeof SECRET_OWNERS)[number];

/** A secret as it may stand in the row of its owner and in no other. Throws `UnusableSecret` without ECOMNOW_SECRET_KEY. */
export function sealSecret(plain: string, { kind, name }: { kind: SecretOwner; name: string }, env: Env): string {
  const raw = env[dataSettings.ecomnowSecretKey.key] ?? "";
  const key = raw === "" ? null : dataSettings.ecomnowSecretKey.parse(raw);
  return createSecretBox(key, {}).seal(plain, `${kind === "api" ? "API" : kind} ${name}`);
}
