import { DrumlineError } from "@drumline/core/errors";
import type { Mapping } from "@drumline/connectors/mapping";
import type { JsonValue } from "@drumline/core/task";
import { excerptOf, toStorableText } from "@drumline/core/text";
import { siteOf, toRefusal, Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import { toAuthHeaders } from "@drumline/outbound/secrets";

import type { EcomnowContext } from "../context.ts";
import type { Endpoint } from "./endpoint.sql.ts";

/** What an exchange with one endpoint needs, and what it counts. */
export interface Exchange {
  readonly context: EcomnowContext<object>;
  readonly endpoint: Endpoint;
  readonly mapping: Mapping;
  readonly tally: ExchangeTally;
  /** Takes the client's secret out of whatever the client may have echoed. */
  readonly hide: (text: string) => string;
  /** Records the run may still take, all endpoints together. */
  readonly budget: { left: number };
  /** The flow has had its share of the run: the rest is for the next one. */
  readonly isOutOfTime: () => boolean;
}

export interface ExchangeTally {
  pages: number;
  records: number;
  failed: number;
  /** Ended before everything was exchanged. */
  hasMore: boolean;
  readonly problems: JsonValue[];
}

const MOST_PROBLEMS = 100;
const MOST_RAW_CODE_POINTS = 4_000;
const MOST_WORD_CODE_POINTS = 2_000;

export function noteProblem({ tally, hide }: Exchange, record: string, problem: string, raw: JsonValue): void {
  tally.failed += 1;
  if (tally.problems.length >= MOST_PROBLEMS) return;
  tally.problems.push({
    record: toStorableText(hide(record), MOST_WORD_CODE_POINTS),
    problem: toStorableText(hide(problem), MOST_WORD_CODE_POINTS),
    raw: toStorableText(hide(JSON.stringify(raw)), MOST_RAW_CODE_POINTS),
  });
}

/** Another run has taken the endpoint over, whose claim ran out. */
export class EndpointTakenOver extends DrumlineError {
  constructor({ client, entity }: Endpoint) {
    super(`another run has taken over ${entity} of ${client}; it goes on where this one stopped.`, {
      code: "ENDPOINT_TAKEN_OVER",
    });
  }
}

/** A 4xx: the client certainly did not take what it was sent. */
export class RequestRefused extends UnusableAnswer {}

/** What one answer may have: it is held whole, and eight clients are served at once. */
const MOST_ANSWER_BYTES = 2 * 1024 * 1024;

/** Asks the client's endpoint; the text of a 2xx, `{}` where it is empty. Throws an `OutboundError`, `AddressRefused` or `UnusableSecret`. */
export async function call(
  { context, endpoint, hide }: Exchange,
  request: { method: "GET" | "POST"; query?: Readonly<Record<string, string>>; body?: JsonValue; key?: string },
): Promise<string> {
  const { outside, secrets, tuning } = context.gateways.data;
  const url = toUrl(endpoint, request.query ?? {});
  const site = { system: endpoint.client, method: request.method, url };
  const sent = {
    ...site,
    headers: {
      accept: "application/json",
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      ...(request.key === undefined ? {} : { "idempotency-key": request.key }),
      ...toAuthHeaders(endpoint, `client ${endpoint.client}`, secrets),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    timeoutMs: endpoint.timeoutMs,
    signal: context.signal,
  };
  return await outside.ask(sent, {
    maxBytes: MOST_ANSWER_BYTES,
    // The record that holds such a mark is refused, and not its whole page.
    invalidText: "mark",
    read: (answered) => {
      const { status, text } = answered;
      // A refusal's message quotes it.
      const refusal = toRefusal(siteOf(site), status < 300 ? answered : { ...answered, text: hide(text) }, {
        credentialsCure: "Check auth_kind and auth_secret of the client.",
        now: context.clock.now(),
        longestSilenceMs: tuning.longestSilenceMs,
      });
      if (refusal instanceof UnusableAnswer && status === CONFLICT)
        throw new Unavailable(siteOf(site), `answered ${status}.`);
      if (refusal instanceof UnusableAnswer && status >= 400)
        throw new RequestRefused(siteOf(site), `answered ${status}: ${excerptOf(hide(text))}`);
      if (refusal !== null) throw refusal;
      return status === 204 || text.trim() === "" ? "{}" : text;
    },
  });
}

/** Of what was sent before, it says that it may still be taken. */
const CONFLICT = 409;

export function unusable({ endpoint }: Exchange, method: string, problem: string): UnusableAnswer {
  return new UnusableAnswer(siteOf({ system: endpoint.client, method, url: endpoint.url }), problem);
}

function toUrl({ url }: Endpoint, query: Readonly<Record<string, string>>): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  for (const [name, value] of Object.entries(query)) parsed.searchParams.set(name, value);
  return parsed.href;
}
