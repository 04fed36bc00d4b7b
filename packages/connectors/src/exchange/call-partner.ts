import type { Clock } from "@drumline/core/clock";
import { excerptOf } from "@drumline/core/text";
import { type HttpTransport, siteOf, toRefusal, Unavailable, UnusableAnswer } from "@drumline/outbound/http";

import type { Endpoint, PartnerCall } from "./exchange.ts";

/** A 4xx: the partner certainly did not take what it was sent. */
export class RequestRefused extends UnusableAnswer {}

interface PartnerAccess {
  readonly http: HttpTransport;
  /** Headers that carry the partner's credentials; asked for each call, since they may be unusable. */
  readonly toAuthHeaders: () => Readonly<Record<string, string>>;
  /** Where wrong credentials are put right. */
  readonly credentialsCure: string;
  /** Takes the partner's secret out of an answer before a message quotes it. */
  readonly hide: (text: string) => string;
  /** However long the partner asks to be left alone, it is asked again after this. */
  readonly longestSilenceMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What one answer may have: it is held whole, and several partners are served at once. */
const MOST_ANSWER_BYTES = 2 * 1024 * 1024;
/** Of what was sent before, it says that it may still be taken. */
const CONFLICT = 409;

/** Calls over HTTP, with the partner's credentials. */
export function createPartnerCall(
  { partner, url: base, timeoutMs }: Endpoint,
  { http, toAuthHeaders, credentialsCure, hide, longestSilenceMs, clock, signal }: PartnerAccess,
): PartnerCall {
  return async ({ method, query = {}, body, key }) => {
    const site = { system: partner, method, url: toUrl(base, query) };
    const sent = {
      ...site,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...toAuthHeaders(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
      signal,
    };
    return await http.ask(sent, {
      maxBytes: MOST_ANSWER_BYTES,
      // The record that holds such a mark is refused, and not its whole page.
      invalidText: "mark",
      read: (answered) => {
        const { status, text } = answered;
        // A refusal's message quotes it.
        const refusal = toRefusal(siteOf(site), status < 300 ? answered : { ...answered, text: hide(text) }, {
          credentialsCure,
          now: clock.now(),
          longestSilenceMs,
        });
        if (refusal instanceof UnusableAnswer && status === CONFLICT)
          throw new Unavailable(siteOf(site), `answered ${status}.`);
        if (refusal instanceof UnusableAnswer && status >= 400)
          throw new RequestRefused(siteOf(site), `answered ${status}: ${excerptOf(hide(text))}`);
        if (refusal !== null) throw refusal;
        return status === 204 || text.trim() === "" ? "{}" : text;
      },
    });
  };
}

function toUrl(url: string, query: Readonly<Record<string, string>>): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  for (const [name, value] of Object.entries(query)) parsed.searchParams.set(name, value);
  return parsed.href;
}
