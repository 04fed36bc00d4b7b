import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { AuthenticationRefused, type CallSite, RateLimited, Unavailable, UnusableAnswer } from "../http/errors.ts";

const BAD_CREDENTIALS = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NotAuthorizedException",
  "OptInRequired",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

const TOO_MANY = new Set([
  "LimitExceededException",
  "RequestLimitExceeded",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

// AWS sends no Retry-After.
const THROTTLED_FOR_MS = 30 * SECOND_MS;

/** What an AWS SDK threw, as the decision it asks for. `cure` ends the message where the credentials or the set-up are wrong. */
export function toOutboundError(site: CallSite, thrown: unknown, cure: string): Error {
  const name = nameOf(thrown);
  const status = statusOf(thrown);
  if (BAD_CREDENTIALS.has(name)) return new AuthenticationRefused(site, status ?? 401, `${name}. ${cure}`);
  if (TOO_MANY.has(name) || status === 429) return new RateLimited(site, THROTTLED_FOR_MS);
  const why = `${name}: ${messageOf(thrown)}`;
  if (name === "SyntaxError" || status === 200)
    return new UnusableAnswer(site, `gave an answer that cannot be read (${why}). Nothing of it was used.`, {
      retriable: true,
      cause: thrown,
    });
  if (status === null || status >= 500)
    return new Unavailable(site, status === null ? `could not be reached (${why}).` : `answered ${status} (${why}).`, {
      cause: thrown,
    });
  return new UnusableAnswer(site, `answered ${status} (${why}). ${cure}`, { cause: thrown });
}

/** By name, not by class: the name is what travels on the wire. */
export function nameOf(thrown: unknown): string {
  return typeof thrown === "object" && thrown !== null && "name" in thrown ? String(thrown.name) : typeof thrown;
}

/** The HTTP status that came back; null where nothing did. */
export function statusOf(thrown: unknown): number | null {
  if (typeof thrown !== "object" || thrown === null || !("$metadata" in thrown)) return null;
  const { httpStatusCode } = thrown.$metadata as { httpStatusCode?: number };
  return httpStatusCode ?? null;
}
