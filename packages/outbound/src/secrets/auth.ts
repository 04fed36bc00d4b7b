import { hideValues } from "../http/hide-values.ts";
import type { SecretBox, SecretUse } from "./secret-box.ts";
import { UnusableSecret } from "./secret-box.ts";

/** How one row of a table says who we are to the other side. */
export interface StoredAuth {
  readonly authKind: "NONE" | "BEARER" | "BASIC" | "HEADER";
  /** The user of basic, the header's name of header key. */
  readonly authName: string | null;
  readonly authSecret: string | null;
}

/** The headers that carry it. Throws `UnusableSecret`. */
export function toAuthHeaders(auth: StoredAuth, use: SecretUse, secrets: SecretBox): Readonly<Record<string, string>> {
  const { owner } = use;
  if (auth.authKind === "NONE") return {};
  if (auth.authSecret === null) throw new UnusableSecret(owner, "auth_secret is empty.");
  const secret = secrets.open(auth.authSecret, use);
  if (/[^\x20-\x7e]/.test(secret)) throw new UnusableSecret(owner, "it holds characters that no header can carry.");
  switch (auth.authKind) {
    case "BEARER":
      return { authorization: `Bearer ${secret}` };
    case "BASIC":
      return { authorization: `Basic ${Buffer.from(`${auth.authName ?? ""}:${secret}`).toString("base64")}` };
    case "HEADER":
      return { [headerName(auth.authName, owner)]: secret };
  }
}

/** Takes every form of the secret out of a text; nothing where there is none, or none that opens. */
export function hideSecret(auth: StoredAuth, use: SecretUse, secrets: SecretBox): (text: string) => string {
  let forms: string[] = [];
  try {
    const headers = Object.values(toAuthHeaders(auth, use, secrets));
    const secret = auth.authKind === "NONE" || auth.authSecret === null ? "" : secrets.open(auth.authSecret, use);
    forms = [...headers.map((header) => header.replace(/^(Bearer|Basic) /, "")), secret];
  } catch {
    // What cannot be opened was not sent, and cannot come back.
  }
  return hideValues(forms);
}

/** Names that steer the connection, or that we set ourselves, cannot carry a key. */
const TAKEN = /^(host|content-.*|transfer-encoding|connection|te|upgrade|user-agent|accept.*)$/i;

function headerName(name: string | null, owner: string): string {
  if (name === null || !/^[A-Za-z0-9-]{1,64}$/.test(name) || TAKEN.test(name))
    throw new UnusableSecret(owner, "auth_name is not a header's name such as X-Api-Key.");
  return name.toLowerCase();
}
