import { randomUUID } from "node:crypto";

import { SECOND_MS, systemClock } from "@drumline/core/clock";
import { messageOf, withoutPassword } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";
import { isDataError, toRefusalText } from "@drumline/db";
import { createConcurrencyLimit, credentialsIn, hideValues } from "@drumline/outbound/http";
import { UnusableSecret } from "@drumline/outbound/secrets";

import type { WebhookAnswer } from "../webhooks/index.ts";
import { claimDeliveries, type DeliveryScope, findDueWebhooks, loadSubscription } from "./claim-deliveries.sql.ts";
import {
  addCounts,
  type ClaimedDelivery,
  type DeliveryCounts,
  type DeliveryContext,
  type DeliveryGateways,
  NO_DELIVERIES,
  type Subscription,
} from "./delivery.ts";
import { planAttemptEnd } from "./plan-attempt-end.ts";
import { createReceiverState } from "./receiver-state.ts";
import {
  type Attempted,
  disableWaitingDeliveries,
  endExpiredSubscriptions,
  saveAttempts,
} from "./save-attempts.sql.ts";
import { toRequest } from "./to-request.ts";

// More would wait on a slow receiver with its lease running; fewer would make the database the bottleneck.
const BATCH_SIZE = 100;
/** Each has a batch of its own, so that one slow receiver does not hold up the others. */
const WEBHOOKS_AT_ONCE = 4;
/** No attempt begins in the second half of a lease, so that the last one ends within it even where four share a host. */
const TIMEOUTS_PER_LEASE = 12;

interface DeliverOptions {
  readonly limit?: number;
  readonly scope?: DeliveryScope;
  readonly onProgress?: (attempts: number) => void;
}

/**
 * Attempts every delivery of the scope that was due at the start, each at most once, until none is left, `limit` is reached or the
 * signal says stop. HTTP happens between two transactions: the claim, which counts the attempt, and its result. A crash
 * in between leaves a lease that runs out, and the delivery is attempted again: at least once, deduped by its id.
 */
export async function deliverDue(
  context: DeliveryContext,
  { limit = Infinity, scope = "all", onProgress }: DeliverOptions = {},
): Promise<DeliveryCounts> {
  const dueBy = context.clock.now();
  await endExpiredSubscriptions(context.db, dueBy);
  const webhooks = await findDueWebhooks(context.db, dueBy, scope);
  let counts = NO_DELIVERIES;
  const budget = { left: limit };
  const limited = createConcurrencyLimit(WEBHOOKS_AT_ONCE);
  const deliver = (id: bigint) =>
    aloneIfRefused(context, id, () =>
      drainWebhook(context, { webhookId: id, dueBy, scope, budget }, (batch) => {
        counts = addCounts(counts, batch);
        onProgress?.(counts.attempts);
      }),
    );
  await Promise.all(webhooks.map((id) => limited(() => deliver(id))));
  return counts;
}

/** What the database refuses of one receiver's answers, or a secret that does not open, leaves the others' deliveries alone. */
async function aloneIfRefused({ log, reportProblem }: DeliveryContext, id: bigint, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    const isSecret = error instanceof UnusableSecret;
    if (!isSecret && !isDataError(error)) throw error;
    const problem = isSecret ? messageOf(error) : `its attempts cannot be stored: ${toRefusalText(error)}`;
    reportProblem({ recordId: `webhook ${id}`, error: problem });
    log.error(
      { webhook: String(id), error: problem },
      isSecret
        ? "the secret of a webhook does not open: its deliveries wait"
        : "attempts of a webhook could not be stored",
    );
  }
}

async function drainWebhook(
  context: DeliveryContext,
  {
    webhookId,
    dueBy,
    scope,
    budget,
  }: { webhookId: bigint; dueBy: Date; scope: DeliveryScope; budget: { left: number } },
  count: (batch: DeliveryCounts) => void,
): Promise<void> {
  const { db, clock, signal, gateways } = context;
  const leaseSeconds = leaseSecondsOf(gateways.settings);
  for (;;) {
    signal.throwIfAborted();
    const subscription = await loadSubscription(db, gateways.secrets, webhookId);
    const limit = Math.min(BATCH_SIZE, budget.left);
    if (subscription === null || limit === 0) return;
    budget.left -= limit;
    const token = randomUUID();
    const claim = { webhookId, token, dueBy, scope, at: clock.now(), leaseSeconds, limit };
    const claimed = await claimDeliveries(db, claim);
    budget.left += limit - claimed.length;
    if (claimed.length === 0) return;

    const { attempted, held, pauseMs } = await attemptAll(context, subscription, claimed);
    const at = clock.now();
    const heldUntil = new Date(at.getTime() + (pauseMs ?? 0));
    await saveAttempts(db, { subscription, token, attempted, held, heldUntil, at });
    await report(context, subscription, attempted);
    count(countOf(attempted, held));
    signal.throwIfAborted();
    if (pauseMs !== null) return;
  }
}

/** As many at once as the receiver may get; the rest is held back as soon as it asks for a pause or seems to be down. */
async function attemptAll(
  { gateways, clock, signal }: DeliveryContext,
  subscription: Subscription,
  claimed: readonly ClaimedDelivery[],
): Promise<{ attempted: Attempted[]; held: ClaimedDelivery[]; pauseMs: number | null }> {
  const { webhooks, settings } = gateways;
  const receiver = createReceiverState();
  const hide = hideValues([...subscription.secrets, ...credentialsIn(subscription.headers)]);
  const beginsUntilMs = performance.now() + (leaseSecondsOf(settings) * SECOND_MS) / 2;
  const waiting = [...claimed];
  const attempted: Attempted[] = [];

  const attempt = async (delivery: ClaimedDelivery) => {
    const at = clock.now();
    const answer = toStorable(await post(delivery), hide);
    receiver.record(answer);
    const { schedule } = subscription;
    const { position } = delivery;
    const ending = planAttemptEnd(answer, { position, schedule, now: clock.now(), random: Math.random });
    attempted.push({ delivery, answer, ending, at });
  };
  const post = async (delivery: ClaimedDelivery): Promise<WebhookAnswer> => {
    try {
      return await webhooks.post(toRequest(subscription, delivery, systemClock.now()), signal);
    } catch (error) {
      return { status: null, retryAfterMs: null, excerpt: null, error: messageOf(error), durationMs: 0 };
    }
  };
  const work = async () => {
    while (!signal.aborted && receiver.pauseMs() === null && performance.now() < beginsUntilMs) {
      const delivery = waiting.shift();
      if (delivery === undefined) return;
      await attempt(delivery);
    }
  };
  await Promise.all(Array.from({ length: settings.webhookMaxPerHost }, work));
  return { attempted, held: waiting, pauseMs: receiver.pauseMs() };
}

/** How long a claimed delivery stays with whoever claimed it. */
const leaseSecondsOf = ({ webhookTimeoutSeconds }: DeliveryGateways["settings"]): number =>
  webhookTimeoutSeconds * TIMEOUTS_PER_LEASE;

const LONGEST_TEXT = 1_000;

/** A receiver's words as they can be kept: without what it was sent to know us by. */
const toStorable = ({ excerpt, error, ...answer }: WebhookAnswer, hide: (text: string) => string): WebhookAnswer => ({
  ...answer,
  excerpt: excerpt === null ? null : toStorableText(hide(excerpt), LONGEST_TEXT),
  error: error === null ? null : toStorableText(hide(error), LONGEST_TEXT),
});

async function report(
  { db, log, reportProblem }: DeliveryContext,
  { id, targetUrl: url }: Subscription,
  attempted: readonly Attempted[],
): Promise<void> {
  // Its query is a credential more often than not.
  const targetUrl = withoutPassword(url);
  const exhausted = attempted.filter(({ ending }) => ending.status === "EXHAUSTED");
  for (const { delivery, ending } of exhausted)
    reportProblem({ recordId: `webhook_delivery ${delivery.id}`, error: `given up: ${ending.error}` });
  if (exhausted.length > 0)
    log.error(
      { webhook: String(id), targetUrl, deliveries: exhausted.map(({ delivery }) => String(delivery.id)).slice(0, 10) },
      "webhook deliveries are exhausted; replay them when the receiver is well",
    );
  if (attempted.some(({ ending }) => ending.status === "DISABLED")) {
    const deliveries = await disableWaitingDeliveries(db, id);
    log.warn({ webhook: String(id), targetUrl, deliveries }, "webhook disabled: its receiver answered 410 Gone");
  }
}

function countOf(attempted: readonly Attempted[], held: readonly ClaimedDelivery[]): DeliveryCounts {
  const of = (status: string) => attempted.filter(({ ending }) => ending.status === status).length;
  return {
    attempts: attempted.length,
    delivered: of("DELIVERED"),
    retrying: of("PENDING_RETRY"),
    exhausted: of("EXHAUSTED"),
    disabled: of("DISABLED"),
    held: held.length,
  };
}
