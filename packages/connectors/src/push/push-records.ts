import { messageOf } from "@drumline/core/errors";
import { createYielder } from "@drumline/core/process";
import { cutText, parseJson, UnreadableJson } from "@drumline/core/text";
import { z } from "zod";

import { EndpointTakenOver, type Exchange, noteProblem, RequestRefused, unusable } from "../exchange/index.ts";
import { guardMapping } from "../mapping/index.ts";
import {
  type ChangedRecord,
  type ChangePosition,
  countChanges,
  createPush,
  formatPosition,
  formatPush,
  type LeftChange,
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
  /** Changes that were not taken before and whose next try is due, as they are now. */
  loadLeft(limit: number): Promise<readonly ChangedRecord[]>;
  /** Puts a page on record, or takes it off; false when another run has taken the endpoint over. */
  savePending(push: string | null): Promise<boolean>;
  /**
   * Moves the cursor past the page on record, and keeps what of it was not taken for another try; false when another run
   * has taken the endpoint over.
   */
  advanceCursor(cursor: string, outcome: PushOutcome): Promise<boolean>;
}

/** What became of the changes of a page. */
export interface PushOutcome {
  /** Taken, or left out by the mapping. */
  readonly settled: readonly string[];
  readonly left: readonly LeftChange[];
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
  let again = pending === null ? await source.loadLeft(Math.min(endpoint.pageSize, budget.left)) : [];
  while (counts.pages < MOST_PAGES && budget.left > 0) {
    signal.throwIfAborted();
    const limit = Math.min(endpoint.pageSize, budget.left);
    const isAgain = again.length > 0;
    const push = pending ?? (await planPush(exchange, source, { after, limit, again }));
    if (push === null) return;
    let rejected: readonly LeftChange[] = [];
    if (push.records.length > 0) {
      if (pending === null) await putOnRecord(exchange, source, push);
      rejected = await send(exchange, source, push, isAgain);
    }
    const outcome = toOutcome(push, rejected);
    if (!(await source.advanceCursor(formatPosition(push.last), outcome))) throw new EndpointTakenOver(endpoint);
    counts.pages += 1;
    budget.left -= countChanges(push);
    after = push.last;
    if (pending === null && !isAgain && countChanges(push) < limit) return;
    pending = null;
    again = [];
    if (exchange.isOutOfTime()) break;
  }
  counts.hasMore = true;
}

function toOutcome({ records, skipped, left }: PendingPush, rejected: readonly LeftChange[]): PushOutcome {
  const refused = new Set(rejected.map(({ id }) => id));
  const taken = records.map(({ id }) => id).filter((id) => !refused.has(id));
  return { settled: [...taken, ...skipped], left: [...left, ...rejected] };
}

/** The next page of changes as the partner wants them, or what is to be tried again; null where nothing has changed. */
async function planPush(
  exchange: Exchange,
  source: PushSource,
  { after, limit, again }: { after: ChangePosition; limit: number; again: readonly ChangedRecord[] },
): Promise<PendingPush | null> {
  const { endpoint, mapping, signal } = exchange;
  const isAgain = again.length > 0;
  const changes = isAgain ? again : await source.loadChanges({ after, limit });
  const last = isAgain ? after : changes.at(-1);
  if (last === undefined) return null;
  const records: PendingPush["records"][number][] = [];
  const skipped: string[] = [];
  const left: LeftChange[] = [];
  // That what failed before fails again says nothing new of the mapping.
  const guard = guardMapping(isAgain ? Infinity : changes.length, (problem) => unusable(endpoint, problem));
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
      if (outcome.value === null) skipped.push(String(id));
      else records.push({ id: String(id), value: outcome.value });
    } else {
      const why = messageOf(outcome.error);
      noteProblem(exchange, String(id), why, data);
      left.push({ id: String(id), why });
      guard.failed(outcome.error);
    }
  }
  return createPush(source.expression, { records, skipped, left, last: { at: last.at, id: last.id } });
}

async function putOnRecord({ endpoint }: Exchange, source: PushSource, push: PendingPush | null): Promise<void> {
  if (!(await source.savePending(push === null ? null : formatPush(push)))) throw new EndpointTakenOver(endpoint);
}

/** What the partner did not take of the page. */
async function send(
  exchange: Exchange,
  source: PushSource,
  { key, records }: PendingPush,
  isAgain: boolean,
): Promise<LeftChange[]> {
  const body = { records: records.map(({ value }) => value) };
  const left: LeftChange[] = [];
  const parsed = answer.safeParse(parse(await ask()));
  // By place, so that one it names twice is rejected once.
  const rejected = new Map(parsed.success ? parsed.data.rejected.map(({ index, reason }) => [index, reason]) : []);
  for (const [index, { id, value }] of records.entries()) {
    const reason = rejected.get(index);
    if (reason === undefined) continue;
    const why = `the client rejected it: ${reason}`;
    left.push({ id, why });
    noteProblem(exchange, id, why, value);
  }
  exchange.counts.records += records.length - left.length;
  return left;

  /** A 2xx is a yes, whatever it says; but not one that looks like an error page, or like a list of rejections cut short. */
  function parse(text: string): unknown {
    try {
      return parseJson(text, ANSWER_LIMITS);
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error;
      if (!/^[<{[]/.test(text.trimStart())) return {};
      throw unusable(exchange.endpoint, `answered with something that ${error.message} (an error page?).`);
    }
  }

  async function ask(): Promise<string> {
    try {
      return await exchange.call({ method: "POST", body, key });
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
      // It certainly was not taken: the next try is free to be another page.
      await putOnRecord(exchange, source, null);
      if (!isAgain) throw error;
      // What was rejected before holds up nothing new.
      const reason = messageOf(error);
      return JSON.stringify({ rejected: records.map((_record, index) => ({ index, reason })) });
    }
  }
}
