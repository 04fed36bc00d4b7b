import { messageOf } from "@drumline/core/errors";

import type { RecordNotMapped } from "./mapping-errors.ts";

/** Well below the time for which an endpoint is claimed. */
const MOST_MAPPING_MS = 60_000;
const MOST_RUNAWAYS = 3;
/** So many records do not go wrong by themselves. */
const SUSPICIOUS_RECORDS = 10;
/** Of all that is made of one page: it is held in memory until it is saved or sent. */
const MOST_MAPPED_CHARACTERS = 8_000_000;

/** Watches over the mapping of one page. */
export interface MappingGuard {
  /** For each record that was mapped. */
  passed(characters: number): void;
  /** For each record that was not. */
  failed(error: RecordNotMapped): void;
}

/**
 * Throws what `toError` makes of the problem where the mapping is to blame and not the records, so that nothing is passed over: it runs away
 * again and again, makes nothing of a whole page, takes too long over it or makes too much of it. A few bad records are
 * passed over, however few there were.
 */
export function guardMapping(pageLength: number, toError: (problem: string) => Error): MappingGuard {
  const endsAtMs = performance.now() + MOST_MAPPING_MS;
  let failures = 0;
  let runaways = 0;
  let charactersLeft = MOST_MAPPED_CHARACTERS;

  function refuse(why: string): never {
    throw toError(`is held up by its mapping: ${why}`);
  }

  function requireTime(): void {
    if (performance.now() <= endsAtMs) return;
    refuse(`a page took longer than ${MOST_MAPPING_MS} ms; make page_size smaller or the mapping simpler.`);
  }

  return {
    passed(characters) {
      requireTime();
      charactersLeft -= characters;
      if (charactersLeft < 0)
        refuse(`it makes more than ${MOST_MAPPED_CHARACTERS} characters of a page; make page_size smaller.`);
    },
    failed(error) {
      requireTime();
      failures += 1;
      if (error.isRunaway) runaways += 1;
      const isUseless = pageLength >= SUSPICIOUS_RECORDS && failures === pageLength;
      if (isUseless) refuse(`not one of ${pageLength} records could be used; the last: ${messageOf(error)}`);
      if (runaways >= MOST_RUNAWAYS) refuse(`it ran away again and again; the last: ${messageOf(error)}`);
    },
  };
}
