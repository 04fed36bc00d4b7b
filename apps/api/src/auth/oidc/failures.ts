import { HttpProblem } from "../../http/problem.ts";

/** What keeps somebody from signing in at the provider, in words for the sign-in page, which is told the code alone. */
const SENTENCES = {
  OIDC_PROVIDER_AWAY:
    "The provider does not answer right now. Try again in a minute; a password or a link works meanwhile.",
  OIDC_NOT_BEGUN:
    "This sign-in was not begun in this browser, was finished before, or took longer than ten minutes. Begin again.",
  OIDC_REFUSED: "The provider did not let you in: it was cancelled there, or you may not use this application.",
  OIDC_WRONG_ANSWER:
    "What the provider answered cannot be relied on, so nobody was signed in. Begin again; if it happens again, the log of the api says why.",
  OIDC_NO_ROLE:
    "The provider knows you, but no group of yours gives you a role here. An admin says which group does; after that, sign in again.",
  OIDC_DISABLED: "Your user is disabled here. An admin can enable it.",
  TOO_MANY_FAILURES: "There were too many tries from this address. Try again in a minute.",
  INSECURE_CONNECTION:
    "Nobody is signed in over plain HTTP, but on the same machine. Open the dashboard over HTTPS; an admin finds in docs/operations.md what a proxy has to send.",
} as const;

export type OidcFailure = keyof typeof SENTENCES;

const STATUSES: Partial<Readonly<Record<OidcFailure, number>>> = { OIDC_PROVIDER_AWAY: 503, TOO_MANY_FAILURES: 429 };

export function toFailure(code: OidcFailure, cause?: unknown): HttpProblem {
  return new HttpProblem(STATUSES[code] ?? 401, SENTENCES[code], { code, cause });
}

/** Null for a word that is none of ours: the page shows nothing that others wrote into its address. */
export const sentenceOf = (code: string | undefined): string | null =>
  code !== undefined && Object.hasOwn(SENTENCES, code) ? SENTENCES[code as OidcFailure] : null;

export const isFailure = (code: string | undefined): code is OidcFailure => sentenceOf(code) !== null;
