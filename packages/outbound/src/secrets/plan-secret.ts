import { messageOf } from "@drumline/core/errors";

import type { StoredAuth } from "./auth.ts";
import { isSealed, type SecretBox } from "./secret-box.ts";

export const AUTH_KINDS = ["NONE", "BEARER", "BASIC", "HEADER"] as const;
/** What stands in a row: nothing, the name of an env key, or a sealed text. */
export const SECRET_STATES = ["NONE", "REFERENCE", "SEALED"] as const;
export type SecretState = (typeof SECRET_STATES)[number];

/** What is wrong with a field of what a person sent. */
export interface SecretProblem {
  readonly where: string;
  readonly problem: string;
}

interface Auth {
  readonly authKind: StoredAuth["authKind"];
  readonly authName: string | null;
}

export const stateOf = (stored: string | null): SecretState =>
  stored === null ? "NONE" : isSealed(stored) ? "SEALED" : "REFERENCE";

const REFERENCE = /^env:ECOMNOW_SECRET_(?!KEY$|KEY_PREVIOUS$)[A-Z0-9_]{1,100}$/;

/** Whose it is, and where it may be sent. */
export interface SecretPlace {
  readonly where: string;
  readonly owner: string;
  readonly urls: readonly string[];
}

/** As it may stand in a row: a reference as it is, anything else sealed. What is wrong with it goes to `problems`. */
function toStored(
  given: string,
  { where, owner, urls }: SecretPlace,
  box: SecretBox,
  problems: SecretProblem[],
): string {
  const wrong = (problem: string): string => {
    problems.push({ where, problem });
    return "";
  };
  if (given.startsWith("env:"))
    return REFERENCE.test(given) ? given : wrong("expected a reference such as env:ECOMNOW_SECRET_ACME");
  if (given.startsWith("sealed:")) return wrong("send it in plain: it is sealed here");
  if (/[^\x20-\x7e]/.test(given)) return wrong("holds characters that no header can carry");
  try {
    return box.seal(given, owner, urls);
  } catch (error) {
    return wrong(messageOf(error));
  }
}

/**
 * The secret of a row after a change. A sealed one stays only where it leads to the same hosts: whoever changes where a row
 * leads is not sent the secret, and says it again.
 */
export function planSecret(
  given: string | null | undefined,
  stored: { readonly secret: string | null; readonly urls: readonly string[] },
  place: SecretPlace,
  box: SecretBox,
  problems: SecretProblem[],
): string | null {
  if (typeof given === "string") return toStored(given, place, box, problems);
  if (given === null) return null;
  const hosts = new Set(stored.urls.map(hostOf));
  const leadsElsewhere = place.urls.some((url) => !hosts.has(hostOf(url)));
  if (stored.secret !== null && isSealed(stored.secret) && leadsElsewhere)
    problems.push({ where: place.where, problem: "is sealed for the host it was sent to so far: send it again" });
  return stored.secret;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** Names that steer the connection, or that we set ourselves, cannot carry a key. */
const TAKEN = /^(host|content-.*|transfer-encoding|connection|te|upgrade|user-agent|accept.*)$/i;

/** What of an auth does not fit together; `where` says how the fields are called. */
export function findAuthProblems(
  { authKind, authName }: Auth,
  secret: string | null,
  where = { name: "authName", secret: "authSecret" },
): SecretProblem[] {
  const problems: SecretProblem[] = [];
  if (authKind !== "NONE" && secret === null)
    problems.push({ where: where.secret, problem: `is needed for ${authKind}` });
  if (authKind === "BASIC" && authName === null)
    problems.push({ where: where.name, problem: "is needed for BASIC: the user" });
  if (authKind === "HEADER" && (authName === null || !/^[A-Za-z0-9-]{1,64}$/.test(authName) || TAKEN.test(authName)))
    problems.push({ where: where.name, problem: "is needed for HEADER: a header's name such as X-Api-Key" });
  return problems;
}
