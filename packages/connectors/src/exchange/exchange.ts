import { DrumlineError } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import { siteOf, UnusableAnswer } from "@drumline/outbound/http";

import type { Mapping } from "../mapping/index.ts";

/** One flow of records from or to a partner's system: where, what, how far. */
export interface Endpoint {
  /** The partner, as messages name it. */
  readonly partner: string;
  /** The kind of its records, as messages name it. */
  readonly entity: string;
  readonly direction: "IN" | "OUT";
  readonly url: string;
  /** For one call. */
  readonly timeoutMs: number;
  readonly pageSize: number;
  /** After which the next page begins; null before the first. */
  readonly cursor: string | null;
}

export interface PartnerRequest {
  readonly method: "GET" | "POST";
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Sent as idempotency-key: the same one has no further effect. */
  readonly key?: string;
}

/**
 * Asks the partner's endpoint; the text of a 2xx, `{}` where it is empty.
 * @throws {RequestRefused} for a 4xx that is no other `OutboundError`
 * @throws {OutboundError}
 * @throws {AddressRefused}
 * @throws {UnusableSecret}
 */
export type PartnerCall = (request: PartnerRequest) => Promise<string>;

/** One exchange with an endpoint: what it needs, and what it counts. */
export interface Exchange {
  readonly endpoint: Endpoint;
  readonly mapping: Mapping;
  readonly call: PartnerCall;
  readonly signal: AbortSignal;
  readonly counts: ExchangeCounts;
  /** Takes the partner's secret out of whatever the partner may have echoed. */
  readonly hide: (text: string) => string;
  /** Records the run may still take, all endpoints together. */
  readonly budget: { left: number };
  /** The flow has had its share of the run: the rest is for the next one. */
  readonly isOutOfTime: () => boolean;
}

export interface ExchangeCounts {
  pages: number;
  records: number;
  failed: number;
  /** Ended before everything was exchanged. */
  hasMore: boolean;
  /** The first of the records that failed. */
  readonly problems: JsonValue[];
}

export const startCounts = (): ExchangeCounts => ({ pages: 0, records: 0, failed: 0, hasMore: false, problems: [] });

const MOST_PROBLEMS = 100;
const MOST_RAW_CODE_POINTS = 4_000;
const MOST_TEXT_CODE_POINTS = 2_000;

/** Counts a record that is passed over, and keeps what was wrong with it while there is room. */
export function noteProblem(
  { counts, hide }: Pick<Exchange, "counts" | "hide">,
  record: string,
  problem: string,
  raw: JsonValue,
): void {
  counts.failed += 1;
  if (counts.problems.length >= MOST_PROBLEMS) return;
  counts.problems.push({
    record: toStorableText(hide(record), MOST_TEXT_CODE_POINTS),
    problem: toStorableText(hide(problem), MOST_TEXT_CODE_POINTS),
    raw: toStorableText(hide(JSON.stringify(raw)), MOST_RAW_CODE_POINTS),
  });
}

/** Another run has taken the endpoint over, whose claim ran out. */
export class EndpointTakenOver extends DrumlineError {
  constructor({ partner, entity }: Endpoint) {
    super(`another run has taken over ${entity} of ${partner}; it goes on where this one stopped.`, {
      code: "ENDPOINT_TAKEN_OVER",
    });
  }
}

/** What the partner answered, or its mapping made of it, cannot be used: an error to be thrown. */
export function unusable({ partner, direction, url }: Endpoint, problem: string): UnusableAnswer {
  return new UnusableAnswer(siteOf({ system: partner, method: direction === "IN" ? "GET" : "POST", url }), problem);
}
