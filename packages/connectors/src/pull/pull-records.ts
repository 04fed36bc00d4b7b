import { messageOf } from "@drumline/core/errors";
import { createYielder, type Yielder } from "@drumline/core/process";
import type { JsonObject, JsonValue } from "@drumline/core/task";

import { type Exchange, noteProblem, unusable } from "../exchange/index.ts";
import { guardMapping, type MappingGuard, RecordNotMapped } from "../mapping/index.ts";
import type { JsonRecord } from "../records/index.ts";
import { readPage } from "./read-page.ts";

/** Where pulled records go. */
export interface PullTarget<Incoming> {
  /** Reads what the mapping made of a record. Throws `RecordNotMapped`. */
  parse(mapped: JsonValue, raw: JsonValue): Incoming;
  /** Saves a page together with the cursor after it; how many of its records were saved. */
  savePage(records: readonly Incoming[], after: string | null): Promise<number>;
}

const MOST_PAGES = 200;

/** Reads a partner's records from the cursor on; each page is saved together with the cursor after it. */
export async function pullRecords<Incoming>(exchange: Exchange, target: PullTarget<Incoming>): Promise<void> {
  const { endpoint, counts, budget, signal, call } = exchange;
  const pause = createYielder();
  let { cursor } = endpoint;
  while (counts.pages < MOST_PAGES && budget.left > 0) {
    signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const query = { limit: String(limit), ...(cursor === null ? {} : { cursor }) };
    const { records, nextCursor, hasMore } = await readPage(endpoint, await call({ method: "GET", query }), pause);
    const mapped = await mapPage(exchange, target, records, pause);
    const after = nextCursor ?? cursor;
    if (hasMore && after === cursor)
      throw unusable(endpoint, "says that there is more, but not after which cursor; what came is not saved.");
    counts.records += await target.savePage(mapped, after);
    counts.pages += 1;
    budget.left -= records.length;
    cursor = after;
    if (!hasMore) return;
    if (exchange.isOutOfTime()) break;
  }
  counts.hasMore = true;
}

/** What could be mapped and read. */
async function mapPage<Incoming>(
  exchange: Exchange,
  target: PullTarget<Incoming>,
  records: readonly JsonRecord[],
  pause: Yielder,
): Promise<Incoming[]> {
  const guard = guardMapping(records.length, (problem) => unusable(exchange.endpoint, problem));
  const readable: { no: number; value: JsonValue }[] = [];
  for (const record of records) {
    if (record.problem === null) readable.push(record);
    else pass(exchange, guard, record.no, record.excerpt, new RecordNotMapped(record.problem));
  }
  const mapped: Incoming[] = [];
  let at = 0;
  for await (const outcome of exchange.mapping.mapAll(readable.map(({ value }) => value))) {
    exchange.signal.throwIfAborted();
    await pause();
    const { no, value: raw } = readable[at]!;
    at += 1;
    try {
      if (outcome.error !== null) throw outcome.error;
      guard.passed(outcome.characters);
      mapped.push(target.parse(outcome.value, raw));
    } catch (error) {
      if (!(error instanceof RecordNotMapped)) throw error;
      pass(exchange, guard, no, raw, error);
    }
  }
  return mapped;
}

/** Passes over a record that cannot be used, and says so. */
function pass(exchange: Exchange, guard: MappingGuard, no: number, raw: JsonValue, error: RecordNotMapped): void {
  noteProblem(exchange, nameOf(raw) ?? `page ${exchange.counts.pages + 1}, record ${no}`, messageOf(error), raw);
  guard.failed(error);
}

/** The partner's own id, as far as it can be guessed from what could not be read. */
function nameOf(raw: JsonValue): string | null {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return null;
  const record = raw as JsonObject;
  const id = record["external_id"] ?? record["id"] ?? record["number"] ?? record["sku"];
  return typeof id === "string" || typeof id === "number" ? String(id) : null;
}
