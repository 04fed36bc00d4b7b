import { messageOf } from "@drumline/core/errors";

import { type Exchange, unusable } from "../exchange.ts";
import type { RecordNotMapped } from "./mapping.ts";

/** Well below the time for which an endpoint is claimed. */
const MOST_MAPPING_MS = 60_000;
const MOST_RUNAWAYS = 3;
/** So many records do not go wrong by themselves. */
const SUSPICIOUS_RECORDS = 10;

/**
 * Throws `UnusableAnswer` where the mapping is to blame and not the records, so that nothing is passed over: it runs away
 * again and again, or makes nothing of a whole page. A few bad records are passed over, however few there were.
 */
export function requireUsable(exchange: Exchange, failures: readonly RecordNotMapped[], pageLength: number): void {
  const isUseless = pageLength >= SUSPICIOUS_RECORDS && failures.length === pageLength;
  if (!isUseless && failures.filter(({ isRunaway }) => isRunaway).length < MOST_RUNAWAYS) return;
  const method = exchange.endpoint.direction === "IN" ? "GET" : "POST";
  const count = isUseless ? `not one of ${pageLength} records could be used` : `the mapping ran away again and again`;
  throw unusable(exchange, method, `is held up by its mapping: ${count}; the last: ${messageOf(failures.at(-1))}`);
}

/** For each record of a page: throws `UnusableAnswer` once the page has been mapped for too long. */
export function startMappingTimer(exchange: Exchange): () => void {
  const endsAtMs = performance.now() + MOST_MAPPING_MS;
  return () => {
    if (performance.now() <= endsAtMs) return;
    const method = exchange.endpoint.direction === "IN" ? "GET" : "POST";
    const cure = "make page_size smaller or the mapping simpler.";
    throw unusable(
      exchange,
      method,
      `is held up by its mapping: a page took longer than ${MOST_MAPPING_MS} ms; ${cure}`,
    );
  };
}
