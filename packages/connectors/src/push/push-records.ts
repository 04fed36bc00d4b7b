import { messageOf } from "@drumline/core/errors";
import { createYielder } from "@drumline/core/process";
import { cutText, parseJson, UnreadableJson } from "@drumline/core/text";
import { z } from "zod";

import { EndpointTakenOver, type Exchange, noteProblem, RequestRefused, unusable } from "../exchange/index.ts";
import { guardMapping } from "../mapping/index.ts";
import {
  type ChangedRecord,
  type ChangePosition,
  createPush,
  formatPosition,
  formatPush,
  parsePendingPush,
  parsePosition,
  type PendingPush,
} from "./pending-push.ts";

/** Where pushed records come from, and where it is kept how far they went. */
export interface PushSource {
  /** The JSONata of the exchange's mapping; null for records as they are. */
  readonly expression: string | null;
  /** A page that may or may not have reached the partner, as `savePending` was given it. */
  readonly pendingPush: string | null;
  /** What changed after a position, oldest first. */
  loadChanges(range: { after: ChangePosition; limit: number }): Promise<readonly ChangedRecord[]>;
  /** Puts a page on record, or takes it off; false when another run has taken the endpoint over. */
  savePending(push: string | null): Promise<boolean>;
  /** Moves the cursor past the page on record; false when another run has taken the endpoint over. */
  advanceCursor(cursor: string): Promise<boolean>;
}

const MOST_PAGES = 200;

/** Ten thousand rejections with their reasons. */
const ANSWER_LIMITS = { maxValues: 60_000 };
const MOST_REASON_CODE_POINTS = 1_000;

/** What the partner, by its own word, did not take; an answer of another shape says nothing of the kind. */
const answer = z.object({
  rejected: z.array(
    z.object({
      index: z.int().min(0),
      reason: z
        .string()
        .nullish()
        .transform((reason) => cutText(reason || "rejected", MOST_REASON_CODE_POINTS)),
    }),
  ),
});

/**
 * Tells a partner what changed since the cursor, page by page. Each page is on record before it leaves, so that the same
 * one goes out under the same key when nobody knows whether it arrived.
 */
export async function pushRecords(exchange: Exchange, source: PushSource): Promise<void> {
  const { endpoint, counts, budget, signal } = exchange;
  let pending = parsePendingPush(source.pendingPush, source.expression);
  let after = parsePosition(endpoint.cursor);
  while (counts.pages < MOST_PAGES && budget.left > 0) {
    signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const push = pending ?? (await planPush(exchange, source, { after, limit }));
    if (push === null) return;
    if (push.records.length > 0) {
      if (pending === null) await putOnRecord(exchange, source, push);
      await send(exchange, source, push);
    }
    if (!(await source.advanceCursor(formatPosition(push.last)))) throw new EndpointTakenOver(endpoint);
    counts.pages += 1;
    budget.left -= push.changes;
    after = push.last;
    if (pending === null && push.changes < limit) return;
    pending = null;
    if (exchange.isOutOfTime()) break;
  }
  counts.hasMore = true;
}

/** The next page of changes as the partner wants them; null where nothing has changed. */
async function planPush(
  exchange: Exchange,
  source: PushSource,
  range: { after: ChangePosition; limit: number },
): Promise<PendingPush | null> {
  const { endpoint, mapping, signal } = exchange;
  const changes = await source.loadChanges(range);
  const last = changes.at(-1);
  if (last === undefined) return null;
  const records: PendingPush["records"][number][] = [];
  const guard = guardMapping(changes.length, (problem) => unusable(endpoint, problem));
  const pause = createYielder();
  let at = 0;
  for await (const outcome of mapping.mapAll(changes.map(({ data }) => data))) {
    signal.throwIfAborted();
    await pause();
    const { id, data } = changes[at]!;
    at += 1;
    if (outcome.error === null) {
      guard.passed(outcome.characters);
      // A mapping may leave a record out by making nothing of it.
      if (outcome.value !== null) records.push({ id: String(id), value: outcome.value });
    } else {
      noteProblem(exchange, String(id), messageOf(outcome.error), data);
      guard.failed(outcome.error);
    }
  }
  return createPush(source.expression, { records, changes: changes.length, last: { at: last.at, id: last.id } });
}

async function putOnRecord({ endpoint }: Exchange, source: PushSource, push: PendingPush | null): Promise<void> {
  if (!(await source.savePending(push === null ? null : formatPush(push)))) throw new EndpointTakenOver(endpoint);
}

async function send(exchange: Exchange, source: PushSource, { key, records }: PendingPush): Promise<void> {
  const body = { records: records.map(({ value }) => value) };
  const parsed = answer.safeParse(parse(await ask()));
  // By place, so that one it names twice is rejected once.
  const rejected = new Map(parsed.success ? parsed.data.rejected.map(({ index, reason }) => [index, reason]) : []);
  let taken = records.length;
  for (const [index, { id, value }] of records.entries()) {
    const reason = rejected.get(index);
    if (reason === undefined) continue;
    taken -= 1;
    noteProblem(exchange, id, `the client rejected it: ${reason}`, value);
  }
  exchange.counts.records += taken;

  function parse(text: string): unknown {
    try {
      return parseJson(text, ANSWER_LIMITS);
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error;
      throw unusable(exchange.endpoint, `answered with something that ${error.message} (an error page?).`);
    }
  }

  async function ask(): Promise<string> {
    try {
      return await exchange.call({ method: "POST", body, key });
    } catch (error) {
      // It certainly was not taken: the next try is free to be another page.
      if (error instanceof RequestRefused) await putOnRecord(exchange, source, null);
      throw error;
    }
  }
}
