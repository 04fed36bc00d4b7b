import { messageOf } from "@drumline/core/errors";
import { createYielder } from "@drumline/core/process";
import { cutText, parseJson, UnreadableJson } from "@drumline/core/text";
import { z } from "zod";

import { advanceCursor, savePendingPush } from "../endpoint.sql.ts";
import { call, EndpointTakenOver, type Exchange, noteProblem, RequestRefused, unusable } from "../exchange.ts";
import { guardMapping } from "../mapping-guard.ts";
import {
  createPush,
  findPendingPush,
  formatPosition,
  formatPush,
  parsePosition,
  type PendingPush,
} from "./pending-push.ts";
import { loadChanges, type OutgoingPosition } from "./source.sql.ts";

const MOST_PAGES = 200;

/** Ten thousand rejections with their reasons. */
const ANSWER_LIMITS = { maxValues: 60_000 };
const MOST_REASON_CODE_POINTS = 1_000;

/** What the client, by its own word, did not take; an answer of another shape says nothing of the kind. */
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
 * Tells a client what changed since the cursor, page by page. Each page is on record before it leaves, so that the same
 * one goes out under the same key when nobody knows whether it arrived.
 */
export async function pushRecords(exchange: Exchange): Promise<void> {
  const { context, endpoint, tally, budget } = exchange;
  const { db, signal, run } = context;
  let pending = findPendingPush(endpoint);
  let after = parsePosition(endpoint.cursor);
  while (tally.pages < MOST_PAGES && budget.left > 0) {
    signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const push = pending ?? (await planPush(exchange, { after, limit }));
    if (push === null) return;
    if (push.records.length > 0) {
      if (pending === null) await putOnRecord(exchange, push);
      await send(exchange, push);
    }
    if (!(await advanceCursor(db, endpoint, run.id, formatPosition(push.last)))) throw new EndpointTakenOver(endpoint);
    tally.pages += 1;
    budget.left -= push.changes;
    after = push.last;
    if (pending === null && push.changes < limit) return;
    pending = null;
    if (exchange.isOutOfTime()) break;
  }
  tally.hasMore = true;
}

/** The next page of changes as the client wants them; null where nothing has changed. */
async function planPush(
  exchange: Exchange,
  range: { after: OutgoingPosition; limit: number },
): Promise<PendingPush | null> {
  const { context, endpoint, mapping } = exchange;
  const changes = await loadChanges(context.db, endpoint, range);
  const last = changes.at(-1);
  if (last === undefined) return null;
  const records: PendingPush["records"][number][] = [];
  const guard = guardMapping(exchange, changes.length);
  const pause = createYielder();
  let at = 0;
  for await (const outcome of mapping.mapAll(changes.map(({ data }) => data))) {
    context.signal.throwIfAborted();
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
  return createPush(endpoint, { records, changes: changes.length, last: { at: last.at, id: last.id } });
}

async function putOnRecord({ context, endpoint }: Exchange, push: PendingPush | null): Promise<void> {
  const text = push === null ? null : formatPush(push);
  if (!(await savePendingPush(context.db, endpoint, context.run.id, text))) throw new EndpointTakenOver(endpoint);
}

async function send(exchange: Exchange, { key, records }: PendingPush): Promise<void> {
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
  exchange.tally.records += taken;

  function parse(text: string): unknown {
    try {
      return parseJson(text, ANSWER_LIMITS);
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error;
      throw unusable(exchange, "POST", `answered with something that ${error.message} (an error page?).`);
    }
  }

  async function ask(): Promise<string> {
    try {
      return await call(exchange, { method: "POST", body, key });
    } catch (error) {
      // It certainly was not taken: the next try is free to be another page.
      if (error instanceof RequestRefused) await putOnRecord(exchange, null);
      throw error;
    }
  }
}
