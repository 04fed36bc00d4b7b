import { backoffAfter, HOUR_MS, SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { pauseEnd, type TaskContext, type TaskResult, workInBatches } from "@drumline/core/task";
import { type Database, toErrorText } from "@drumline/db";

import {
  type ClaimedWebhook,
  claimWebhooks,
  countDueWebhooks,
  lockWebhooks,
  postponeWebhook,
  releaseWebhooks,
} from "./claim-webhooks.sql.ts";
import { askForMissed, findSilentSources, noteSilentSources } from "./silent-sources.sql.ts";
import { failWebhookRequest, finishWebhookRequests } from "./webhook-request.sql.ts";
import { type StoredWebhook, type WebhookConsumer, WebhookNotTaken } from "./webhook-consumer.ts";

export interface HandOnGateways {
  readonly consumers: readonly WebhookConsumer[];
}

type Context = TaskContext<object, HandOnGateways, Database>;

const BATCH_SIZE = 100;
/** Bodies that are in memory at once. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_ATTEMPTS = 10;
const ENDED_PROCESSES = `it was begun ${MOST_ATTEMPTS} times without an end: its worker's process ended in the middle of it`;

/**
 * Gives what sources have sent to its consumers, and tells of sources that have gone silent. What waits for a consumer that
 * this worker does not have waits on.
 */
export async function handOnWebhooks(context: Context): Promise<TaskResult> {
  const { db, clock, dryRun, gateways, run } = context;
  const consumers = new Map(gateways.consumers.map((consumer) => [consumer.name, consumer]));
  const names = [...consumers.keys()];
  const silent = await findSilentSources(db, clock.now());
  if (dryRun)
    return {
      wouldHandOn: await countDueWebhooks(db, names, clock.now()),
      silent: silent.map(({ name }) => name),
    };

  const counts = { handedOn: 0, postponed: 0, failed: 0 };
  // One that was begun before may be what ended its process: it goes alone, so that it is counted alone.
  for (const [isRetry, batchSize] of [
    [false, BATCH_SIZE],
    [true, 1],
  ] as const)
    await workInBatches<ClaimedWebhook>(context, {
      batchSize,
      claim: (limit) => claimWebhooks(db, { consumers: names, runId: run.id, at: clock.now(), limit, isRetry }),
      work: async (claimed) => {
        for (const group of toGroups(claimed)) {
          context.signal.throwIfAborted();
          await handOn(context, consumers.get(group[0]!.consumer)!, group, counts);
        }
        return claimed.length;
      },
      release: (claimed) =>
        releaseWebhooks(
          db,
          claimed.map(({ id }) => id),
          run.id,
        ),
    });
  await noteSilentSources(db, silent, clock.now());
  const asked = await askForMissed(db, silent, consumers, clock.now());
  return { ...counts, silent: silent.length, pullsAskedFor: asked };
}

type Counts = Record<"handedOn" | "postponed" | "failed", number>;

/** Those of one consumer that fit into memory together. */
function toGroups(claimed: readonly ClaimedWebhook[]): ClaimedWebhook[][] {
  const groups: ClaimedWebhook[][] = [];
  let bytes = 0;
  for (const webhook of claimed.toSorted((left, right) => left.consumer.localeCompare(right.consumer))) {
    const group = groups.at(-1);
    const fits = group?.[0]?.consumer === webhook.consumer && bytes + webhook.bytes <= MOST_BYTES;
    if (fits) group.push(webhook);
    else {
      groups.push([webhook]);
      bytes = 0;
    }
    bytes += webhook.bytes;
  }
  return groups;
}

/** All at once; where that fails each alone, so that one that cannot be taken keeps no other waiting. */
async function handOn(
  context: Context,
  consumer: WebhookConsumer,
  group: readonly ClaimedWebhook[],
  counts: Counts,
): Promise<void> {
  try {
    if (group[0]!.attempts > MOST_ATTEMPTS) throw new WebhookNotTaken(ENDED_PROCESSES);
    counts.handedOn += await takeTogether(context, consumer, group);
  } catch (error) {
    context.signal.throwIfAborted();
    if (group.length > 1) for (const webhook of group) await handOn(context, consumer, [webhook], counts);
    else await keepForLater(context, group[0]!, error, counts);
  }
}

async function takeTogether(
  { db, clock, log, run }: Context,
  consumer: WebhookConsumer,
  group: readonly ClaimedWebhook[],
): Promise<number> {
  const taken: StoredWebhook[] = await db.$transaction(async (tx) => {
    const webhooks = await lockWebhooks(
      tx,
      group.map(({ id }) => id),
      run.id,
    );
    if (webhooks.length === 0) return [];
    await consumer.take(tx, webhooks, clock.now());
    await finishWebhookRequests(
      tx,
      webhooks.map(({ id }) => id),
      clock.now(),
    );
    return webhooks;
  });
  try {
    if (taken.length > 0) await consumer.taken?.(db, taken);
  } catch (error) {
    log.warn(
      { consumer: consumer.name, error: messageOf(error) },
      "what came by webhook is taken, and waits for its turn",
    );
  }
  return taken.length;
}

async function keepForLater(
  { db, clock, run, reportProblem }: Context,
  { id, attempts }: ClaimedWebhook,
  error: unknown,
  counts: Counts,
): Promise<void> {
  const text = toErrorText(error);
  reportProblem({ recordId: String(id), error: text });
  if (error instanceof WebhookNotTaken || attempts >= MOST_ATTEMPTS) {
    await failWebhookRequest(db, id, text, clock.now());
    counts.failed += 1;
    return;
  }
  const delayMs = backoffAfter(attempts, { firstMs: 5 * SECOND_MS, longestMs: HOUR_MS });
  const nextAttemptAt = pauseEnd({ dueAt: run.dueAt, now: clock.now() }, delayMs);
  await postponeWebhook(db, { id, runId: run.id, error: text, nextAttemptAt });
  counts.postponed += 1;
}
