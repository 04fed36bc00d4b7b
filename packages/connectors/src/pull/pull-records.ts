import { createYielder, type Yielder } from "@drumline/core/process";
import type { JsonValue } from "@drumline/core/task";

import { type Exchange, noteProblem, unusable } from "../exchange/index.ts";
import { guardMapping } from "../mapping/index.ts";
import { type FailedRecord, mapPage, type ParseRecord, type PulledRecord } from "./map-page.ts";
import { readPage } from "./read-page.ts";

/** Where a page begins, and how many records it was asked for. */
export interface PageRequest {
  /** Null: the first. */
  readonly cursor: string | null;
  readonly limit: number;
}

/** A page as it can be used. */
export interface PulledPage<Incoming> {
  readonly asked: PageRequest;
  readonly records: readonly PulledRecord<Incoming>[];
  /** To be kept: the cursor goes past them. */
  readonly failed: readonly FailedRecord[];
}

/** Where pulled records go. */
export interface PullTarget<Incoming> {
  /** Reads what the mapping made of a record. Throws `RecordNotMapped`. */
  readonly parse: ParseRecord<Incoming>;
  /** Saves a page, keeps what failed of it, and moves the cursor after it; how many of its records were saved. */
  savePage(page: PulledPage<Incoming>, after: string | null): Promise<number>;
}

const MOST_PAGES = 200;

/** Reads a partner's records from the cursor on; each page is saved together with the cursor after it. */
export async function pullRecords<Incoming>(exchange: Exchange, target: PullTarget<Incoming>): Promise<void> {
  const { endpoint, counts, budget, signal } = exchange;
  const pause = createYielder();
  let { cursor } = endpoint;
  while (counts.pages < MOST_PAGES && budget.left > 0) {
    signal.throwIfAborted();
    const asked = { cursor, limit: Math.min(endpoint.pageSize, budget.left) };
    const { records, nextCursor, hasMore } = await askForPage(exchange, asked, pause);
    const guard = guardMapping(records.length, (problem) => unusable(endpoint, problem));
    const page = await mapPage(exchange, target.parse, records, { guard, pause, onFailed: noteFailed });
    const after = nextCursor ?? cursor;
    if (hasMore && after === cursor)
      throw unusable(endpoint, "says that there is more, but not after which cursor; what came is not saved.");
    counts.records += await target.savePage({ asked, ...page }, after);
    counts.pages += 1;
    budget.left -= records.length;
    cursor = after;
    if (!hasMore) return;
    if (exchange.isOutOfTime()) break;
  }
  counts.hasMore = true;

  function noteFailed({ id, no, problem, raw }: FailedRecord): void {
    noteProblem(exchange, id ?? `page ${counts.pages + 1}, record ${no}`, problem, raw);
  }
}

/** A page that was passed once already, for the sake of records in it that could not be used; nothing is saved. */
export async function pullPageAgain<Incoming>(
  exchange: Exchange,
  parse: ParseRecord<Incoming>,
  asked: PageRequest,
): Promise<PulledPage<Incoming>> {
  const pause = createYielder();
  const { records } = await askForPage(exchange, asked, pause);
  // That all of them fail says nothing new here; that they run away does.
  const guard = guardMapping(Infinity, (problem) => unusable(exchange.endpoint, problem));
  return { asked, ...(await mapPage(exchange, parse, records, { guard, pause })) };
}

async function askForPage({ endpoint, call }: Exchange, { cursor, limit }: PageRequest, pause: Yielder) {
  const query = { limit: String(limit), ...(cursor === null ? {} : { cursor }) };
  return await readPage(endpoint, await call({ method: "GET", query }), pause);
}

/** Records as the partner sent them once, mapped anew: the mapping may be another one by now. */
export async function mapAgain<Incoming>(
  exchange: Exchange,
  parse: ParseRecord<Incoming>,
  raws: readonly JsonValue[],
): Promise<Pick<PulledPage<Incoming>, "records" | "failed">> {
  const guard = guardMapping(Infinity, (problem) => unusable(exchange.endpoint, problem));
  const records = raws.map((raw, index) => ({ no: index + 1, value: raw, problem: null }) as const);
  return await mapPage(exchange, parse, records, { guard, pause: createYielder() });
}
