import { cutText, excerptOf } from "@drumline/core/text";

import { AuthenticationRefused, type CallSite, RateLimited, Unavailable, UnusableAnswer } from "./errors.ts";
import type { OutboundError } from "./errors.ts";
import type { TextAnswer } from "./read-text.ts";
import { planSilence, usualSilence } from "./retry-after.ts";

export interface RefusalContext {
  /** What to do about a 401 or 403. */
  readonly credentialsCure: string;
  readonly now: Date;
  /** However long the other side asks to be left alone. */
  readonly longestSilenceMs: number;
}

/** What they say of a request is that the same may be taken later. */
const LATER = new Set([408, 425]);
/** An error of an API, whole; of a web page only its beginning. */
const MOST_SAID = 4_000;

/** The decision that a status asks for; null for a 2xx. */
export function toRefusal(
  site: CallSite,
  { status, headers, text }: TextAnswer,
  { credentialsCure, now, longestSilenceMs }: RefusalContext,
): OutboundError | null {
  if (status >= 200 && status < 300) return null;
  if (status === 401 || status === 403) return new AuthenticationRefused(site, status, credentialsCure);
  if (status === 429 || status === 503) {
    const asked = planSilence(headers["retry-after"] ?? null, now, longestSilenceMs);
    const silence = asked ?? (status === 429 ? usualSilence(now, longestSilenceMs) : null);
    if (silence !== null) return new RateLimited(site, silence.delayMs, { status, ...silence });
  }
  if (status >= 500 || LATER.has(status)) return new Unavailable(site, `answered ${status}: ${excerptOf(text)}`);
  const { location } = headers;
  const problem =
    status >= 300 && status < 400 && location !== undefined
      ? `answered ${status}, which leads to ${excerptOf(location.replace(/[?#].*$/s, ""))}. Redirects are not followed: ` +
        "set the URL to where it leads."
      : `answered ${status}, which was not expected: ${excerptOf(text)}. Check its URL and version.`;
  return new UnusableAnswer(site, problem, { status, said: cutText(text, MOST_SAID) });
}
