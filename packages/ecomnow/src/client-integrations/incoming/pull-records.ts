import { messageOf } from "@drumline/core/errors";
import type { JsonObject, JsonValue } from "@drumline/core/task";
import { z } from "zod";

import { advanceCursor } from "../endpoint.sql.ts";
import { call, EndpointTakenOver, type Exchange, noteProblem, unusable } from "../exchange.ts";
import { RecordNotMapped } from "../mapping/mapping.ts";
import { requireUsable, startMappingTimer } from "../mapping/require-usable.ts";
import { type IncomingRecord, parseRecord } from "./parse-record.ts";
import { saveRecords } from "./save-records.ts";

const page = z.object({
  records: z.array(z.json()).max(10_000),
  next_cursor: z.union([z.string().max(2_000), z.number(), z.null()]).optional(),
  has_more: z.boolean().optional(),
});

const MOST_PAGES = 200;

/** Reads a client's records from the cursor on; each page is saved together with the cursor after it. */
export async function pullRecords(exchange: Exchange): Promise<void> {
  const { context, endpoint, tally, budget } = exchange;
  let { cursor } = endpoint;
  while (tally.pages < MOST_PAGES && budget.left > 0) {
    context.signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const answer = page.safeParse(
      await call(exchange, { method: "GET", query: { limit: String(limit), ...(cursor === null ? {} : { cursor }) } }),
    );
    if (!answer.success)
      throw unusable(
        exchange,
        "GET",
        `did not answer a page: ${answer.error.issues[0]!.path.join(".")}: ${answer.error.issues[0]!.message}.`,
      );
    const { records, next_cursor: next, has_more: hasMore = false } = answer.data;
    const mapped = await mapPage(exchange, records);
    const after = next === undefined || next === null ? cursor : String(next);
    if (hasMore && after === cursor)
      throw unusable(exchange, "GET", "says that there is more, but not after which cursor; what came is not saved.");
    await context.db.$transaction(async (tx) => {
      await saveRecords(tx, endpoint, mapped, context.clock.now(), (id, problem, raw) =>
        noteProblem(exchange, id, problem, raw),
      );
      if (!(await advanceCursor(tx, endpoint, context.run.id, after))) throw new EndpointTakenOver(endpoint);
    });
    tally.pages += 1;
    tally.records += mapped.length;
    budget.left -= records.length;
    cursor = after;
    if (!hasMore) return;
    if (exchange.isOutOfTime()) break;
  }
  tally.hasMore = true;
}

/** What could be mapped and read. */
async function mapPage(exchange: Exchange, records: readonly JsonValue[]): Promise<IncomingRecord[]> {
  const mapped: IncomingRecord[] = [];
  const failures: RecordNotMapped[] = [];
  const requireTime = startMappingTimer(exchange);
  for (const [index, raw] of records.entries()) {
    exchange.context.signal.throwIfAborted();
    requireTime();
    try {
      mapped.push(parseRecord(exchange.endpoint.entity, await exchange.mapping.map(raw), raw));
    } catch (error) {
      if (!(error instanceof RecordNotMapped)) throw error;
      failures.push(error);
      noteProblem(
        exchange,
        nameOf(raw) ?? `page ${exchange.tally.pages + 1}, record ${index + 1}`,
        messageOf(error),
        raw,
      );
      requireUsable(exchange, failures, records.length);
    }
  }
  return mapped;
}

/** The client's own id, as far as it can be guessed from what could not be read. */
function nameOf(raw: JsonValue): string | null {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return null;
  const record = raw as JsonObject;
  const id = record["external_id"] ?? record["id"] ?? record["number"] ?? record["sku"];
  return typeof id === "string" || typeof id === "number" ? String(id).slice(0, 100) : null;
}
