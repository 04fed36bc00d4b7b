import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { type JsonObject, pauseEnd, type TaskContext } from "@drumline/core/task";
import { type Database, toErrorText } from "@drumline/db";
import { UnusableAnswer } from "@drumline/outbound/http";

import type { OmnitronGateway } from "../gateways/omnitron/port.ts";
import { closeTold, openGivenUp } from "./message-problems.sql.ts";
import { claimMessages, type ClaimedMessage, countUnsentMessages, saveSent, type SentMessage } from "./messages.sql.ts";

type TellContext = TaskContext<object, { readonly omnitron: Pick<OmnitronGateway, "tell"> }, Database>;

const BATCH = 500;
/** After so many answers that make no sense, a message is set aside, so that those behind it go on. */
const MOST_REFUSALS = 10;

/**
 * Tells Omnitron what has changed, each order's changes in their order. A message that fails is tried again after a
 * pause that grows; the first failure of a kind that concerns all of them ends this round. Never throws for Omnitron's
 * sake: whoever pulls orders goes on pulling.
 */
export async function pushOrderUpdates(context: TellContext): Promise<JsonObject> {
  const { db, run, clock, signal, dryRun } = context;
  if (dryRun) return { waiting: await countUnsentMessages(db) };
  const counts = { sent: 0, failed: 0, givenUp: 0 };
  for (;;) {
    signal.throwIfAborted();
    const claimed = await claimMessages(db, run.id, clock.now(), BATCH);
    if (claimed.length === 0) return counts;
    const sent = await Promise.all(claimed.map((message) => send(context, message)));
    const at = clock.now();
    await db.$transaction(async (tx) => {
      await saveSent(tx, run.id, sent, at);
      await openGivenUp(tx, toGivenUp(sent, claimed), at);
      await closeTold(tx, toTaken(sent), at);
    });
    const failed = sent.filter(({ error }) => error !== null);
    counts.sent += sent.length - failed.length;
    counts.failed += failed.length;
    counts.givenUp += sent.filter(({ isGivenUp }) => isGivenUp).length;
    report(context, sent, claimed);
    if (failed.length === sent.length) return counts;
  }
}

async function send(
  { run, gateways, signal, clock }: TellContext,
  { id, eventId, path, body, attempts }: ClaimedMessage,
): Promise<SentMessage> {
  const now = clock.now();
  try {
    await gateways.omnitron.tell(path, body, eventId, signal);
    return { id, error: null, nextAttemptAt: now, isGivenUp: false };
  } catch (error) {
    const pauseMs = backoffAfter(attempts + 1, { firstMs: MINUTE_MS, longestMs: HOUR_MS });
    return {
      id,
      error: toErrorText(error),
      nextAttemptAt: pauseEnd({ dueAt: run.dueAt, now }, pauseMs),
      isGivenUp: error instanceof UnusableAnswer && attempts + 1 >= MOST_REFUSALS,
    };
  }
}

function toGivenUp(sent: readonly SentMessage[], claimed: readonly ClaimedMessage[]) {
  const messageById = new Map(claimed.map((message) => [message.id, message]));
  return sent.filter(({ isGivenUp }) => isGivenUp).map(({ id, error }) => ({ ...messageById.get(id)!, error: error! }));
}

const toTaken = (sent: readonly SentMessage[]): bigint[] =>
  sent.filter(({ error }) => error === null).map(({ id }) => id);

/** One that is given up by itself; of the others the first, since they mostly fail alike. */
function report(
  { reportProblem }: TellContext,
  sent: readonly SentMessage[],
  claimed: readonly ClaimedMessage[],
): void {
  const failed = sent.filter(({ error }) => error !== null);
  const messageById = new Map(claimed.map((message) => [message.id, message]));
  for (const { id, error, isGivenUp } of failed)
    if (isGivenUp || id === failed[0]!.id) {
      const { path, eventId } = messageById.get(id)!;
      const what = isGivenUp ? "given up, Omnitron refuses it: " : "";
      reportProblem({ recordId: `message ${eventId} to ${path}`, error: `${what}${error}` });
    }
}
