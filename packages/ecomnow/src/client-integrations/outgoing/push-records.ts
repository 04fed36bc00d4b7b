import { createHash } from "node:crypto";

import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";
import { z } from "zod";

import { advanceCursor } from "../endpoint.sql.ts";
import { call, EndpointTakenOver, type Exchange, noteProblem, unusable } from "../exchange.ts";
import { RecordNotMapped } from "../mapping/mapping.ts";
import { loadChanges, type OutgoingPosition, type OutgoingRecord } from "./source.sql.ts";

const MOST_PAGES = 200;
// Rows are stamped before they are committed: what is younger than this may still get an older neighbour.
const SETTLED_AFTER_MS = 5 * SECOND_MS;

/** What the client took, and by its own word did not. */
const answer = z.object({
  rejected: z.array(z.object({ index: z.int().min(0), reason: z.string().max(1_000).default("rejected") })).default([]),
});

/** Tells a client what changed since the cursor, page by page. A page that is told again has the same key. */
export async function pushRecords(exchange: Exchange): Promise<void> {
  const { context, endpoint, tally, budget } = exchange;
  const { db, clock, signal, run } = context;
  const until = new Date(clock.now().getTime() - SETTLED_AFTER_MS);
  let after = parseCursor(endpoint.cursor);
  while (tally.pages < MOST_PAGES && budget.left > 0) {
    signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const changes = await loadChanges(db, endpoint, { after, until, limit });
    const last = changes.at(-1);
    if (last === undefined) return;
    const mapped = await mapPage(exchange, changes);
    if (mapped.length > 0) await push(exchange, mapped);
    if (!(await advanceCursor(db, endpoint.id, run.id, formatCursor(last)))) throw new EndpointTakenOver(endpoint);
    tally.pages += 1;
    budget.left -= changes.length;
    after = last;
    if (changes.length < limit) return;
  }
  tally.hasMore = true;
}

interface MappedRecord {
  readonly change: OutgoingRecord;
  readonly value: JsonValue;
}

async function mapPage(exchange: Exchange, changes: readonly OutgoingRecord[]): Promise<MappedRecord[]> {
  const mapped: MappedRecord[] = [];
  let lastProblem = "";
  for (const change of changes) {
    exchange.context.signal.throwIfAborted();
    try {
      mapped.push({ change, value: await exchange.mapping.map(change.data) });
    } catch (error) {
      if (!(error instanceof RecordNotMapped)) throw error;
      lastProblem = messageOf(error);
      noteProblem(exchange, String(change.id), lastProblem, change.data);
    }
  }
  if (mapped.length === 0)
    throw unusable(
      exchange,
      "POST",
      `was not asked: not one of ${changes.length} records could be mapped: ${lastProblem}`,
    );
  // A mapping may leave a record out by making nothing of it.
  return mapped.filter(({ value }) => value !== null);
}

async function push(exchange: Exchange, page: readonly MappedRecord[]): Promise<void> {
  const records = page.map(({ value }) => value);
  const key = createHash("sha256")
    .update(`${exchange.endpoint.id}\n${JSON.stringify(records)}`)
    .digest("hex");
  const parsed = answer.safeParse(await call(exchange, { method: "POST", body: { records }, key }));
  const rejected = parsed.success ? parsed.data.rejected.filter(({ index }) => index < page.length) : [];
  for (const { index, reason } of rejected) {
    const { change } = page[index]!;
    noteProblem(exchange, String(change.id), `the client rejected it: ${reason}`, change.data);
  }
  exchange.tally.records += page.length - rejected.length;
}

function parseCursor(cursor: string | null): OutgoingPosition {
  const match = /^(.+)\|(\d+)$/.exec(cursor ?? "");
  return match === null ? { at: new Date(0), id: 0n } : { at: new Date(match[1]!), id: BigInt(match[2]!) };
}

const formatCursor = ({ at, id }: OutgoingPosition): string => `${at.toISOString()}|${id}`;
