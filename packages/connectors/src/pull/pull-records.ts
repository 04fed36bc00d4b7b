import { RecordNotMapped } from "@drumline/connectors/mapping";
import type { JsonRecord } from "@drumline/connectors/records";
import { messageOf } from "@drumline/core/errors";
import { createYielder, type Yielder } from "@drumline/core/process";
import type { JsonObject, JsonValue } from "@drumline/core/task";

import { call, type Exchange, noteProblem, unusable } from "../exchange.ts";
import { guardMapping, type MappingGuard } from "../mapping-guard.ts";
import { type IncomingRecord, parseRecord } from "./parse-record.ts";
import { readPage } from "./read-page.ts";
import { savePage } from "./save-page.ts";

const MOST_PAGES = 200;

/** Reads a client's records from the cursor on; each page is saved together with the cursor after it. */
export async function pullRecords(exchange: Exchange): Promise<void> {
  const { context, endpoint, tally, budget } = exchange;
  const pause = createYielder();
  let { cursor } = endpoint;
  while (tally.pages < MOST_PAGES && budget.left > 0) {
    context.signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const query = { limit: String(limit), ...(cursor === null ? {} : { cursor }) };
    const { records, nextCursor, hasMore } = await readPage(
      exchange,
      await call(exchange, { method: "GET", query }),
      pause,
    );
    const mapped = await mapPage(exchange, records, pause);
    const after = nextCursor ?? cursor;
    if (hasMore && after === cursor)
      throw unusable(exchange, "GET", "says that there is more, but not after which cursor; what came is not saved.");
    tally.records += await savePage(exchange, mapped, after);
    tally.pages += 1;
    budget.left -= records.length;
    cursor = after;
    if (!hasMore) return;
    if (exchange.isOutOfTime()) break;
  }
  tally.hasMore = true;
}

/** What could be mapped and read. */
async function mapPage(exchange: Exchange, records: readonly JsonRecord[], pause: Yielder): Promise<IncomingRecord[]> {
  const guard = guardMapping(exchange, records.length);
  const readable: { no: number; value: JsonValue }[] = [];
  for (const record of records) {
    if (record.problem === null) readable.push(record);
    else pass(exchange, guard, record.no, record.excerpt, new RecordNotMapped(record.problem));
  }
  const mapped: IncomingRecord[] = [];
  let at = 0;
  for await (const outcome of exchange.mapping.mapAll(readable.map(({ value }) => value))) {
    exchange.context.signal.throwIfAborted();
    await pause();
    const { no, value: raw } = readable[at]!;
    at += 1;
    try {
      if (outcome.error !== null) throw outcome.error;
      guard.passed(outcome.characters);
      mapped.push(parseRecord(exchange.endpoint.entity, outcome.value, raw));
    } catch (error) {
      if (!(error instanceof RecordNotMapped)) throw error;
      pass(exchange, guard, no, raw, error);
    }
  }
  return mapped;
}

/** Passes over a record that cannot be used, and says so. */
function pass(exchange: Exchange, guard: MappingGuard, no: number, raw: JsonValue, error: RecordNotMapped): void {
  noteProblem(exchange, nameOf(raw) ?? `page ${exchange.tally.pages + 1}, record ${no}`, messageOf(error), raw);
  guard.failed(error);
}

/** The client's own id, as far as it can be guessed from what could not be read. */
function nameOf(raw: JsonValue): string | null {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return null;
  const record = raw as JsonObject;
  const id = record["external_id"] ?? record["id"] ?? record["number"] ?? record["sku"];
  return typeof id === "string" || typeof id === "number" ? String(id) : null;
}
