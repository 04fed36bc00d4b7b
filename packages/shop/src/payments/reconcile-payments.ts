import { DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { TaskResult } from "@drumline/core/task";
import { Prisma } from "@drumline/db";
import { AuthenticationRefused, toOutcome } from "@drumline/outbound/http";
import { closeGoneProblems, openProblems } from "@drumline/problems";

import type { ListedDispute, ObservedPayment, PaymentGateway } from "../gateways/payments/port.ts";
import { applyProviderState, type Sighting } from "./apply-provider-state.ts";
import { AskedProviders, type PaymentContext } from "./ask-providers.ts";
import { isLive } from "./payment.ts";
import { PAYMENT_UNMATCHED } from "./payment-problem-kinds.ts";
import { paymentSubject } from "./payment-problems.ts";
import { findNewDisputes, loadUnlisted, type ListedPayment, markListed } from "./reconcile.sql.ts";

const LOOK_BACK_MS = 2 * DAY_MS;
/** Banks take weeks to open one and months to decide it, and there are few. */
const DISPUTES_LOOK_BACK_MS = 180 * DAY_MS;
/** Younger than this, one side may simply not have heard of it yet. */
const SETTLE_MS = HOUR_MS;
const BATCH = 200;

type Counts = Record<"listed" | "differing" | "unmatched" | "unlisted" | "disputes" | "unreadable" | "failed", number>;

/**
 * Compares what providers list of the last 48 hours with what is on record. States that differ are applied as any other
 * sighting; money without an order is a problem until its order comes; payments that a provider does not list are asked for
 * one by one, so that one which is gone there is held. Disputes of half a year are compared too: a paid payment is asked
 * about no more, and the webhook that told of one may have been lost.
 */
export async function reconcilePayments(context: PaymentContext): Promise<TaskResult> {
  const { db, clock, gateways } = context;
  const counts: Counts = { listed: 0, differing: 0, unmatched: 0, unlisted: 0, disputes: 0, unreadable: 0, failed: 0 };
  const providers = new AskedProviders(context);
  try {
    for (const gateway of gateways.payments.values())
      if (gateway.canPoll) await reconcileOne(context, gateway, providers, counts);
    await closeGoneProblems(db, {
      kind: PAYMENT_UNMATCHED,
      isGone: Prisma.sql`EXISTS (SELECT FROM shop_payment
        WHERE provider = problem.detail ->> 'provider' AND provider_id = problem.detail ->> 'providerId')`,
      reason: "its order is known",
      at: clock.now(),
    });
    await providers.conclude();
  } catch (error) {
    throw toOutcome(error);
  }
  return { ...counts };
}

/** A provider that fails in the middle fails alone: what it listed is compared, what it did not is not missed. */
async function reconcileOne(
  context: PaymentContext,
  gateway: PaymentGateway,
  providers: AskedProviders,
  counts: Counts,
): Promise<void> {
  const { clock, signal, reportProblem } = context;
  const startedAt = clock.now();
  const since = new Date(startedAt.getTime() - LOOK_BACK_MS);
  const passOver = (problem: Error) => {
    counts.unreadable += 1;
    reportProblem({ recordId: gateway.provider, error: problem.message });
  };
  try {
    for await (const page of gateway.list(since, signal, passOver)) {
      signal.throwIfAborted();
      await comparePage(context, gateway, page, counts);
    }
    const disputesSince = new Date(startedAt.getTime() - DISPUTES_LOOK_BACK_MS);
    for await (const page of gateway.listDisputes(disputesSince, signal, passOver)) {
      signal.throwIfAborted();
      await compareDisputes(context, gateway, page, counts);
    }
  } catch (error) {
    if (signal.aborted || error instanceof AuthenticationRefused) throw error;
    counts.failed += 1;
    reportProblem({ recordId: gateway.provider, error: messageOf(error) });
    return;
  }
  if (!context.dryRun) await askUnlisted(context, gateway, providers, { since, startedAt, counts });
}

async function comparePage(
  { db, clock, dryRun }: PaymentContext,
  { provider }: PaymentGateway,
  page: readonly ObservedPayment[],
  counts: Counts,
): Promise<void> {
  const now = clock.now();
  const known = await markListed(db, provider, page, dryRun ? null : now);
  const byId = new Map(known.map((payment) => [payment.providerId, payment]));
  counts.listed += page.length;
  const differing = page.flatMap((observed): Sighting[] => {
    const payment = byId.get(observed.providerId);
    if (payment === undefined || !differs(payment, observed)) return [];
    // A page may be older than a webhook: what is applied is the rule's business, as with every other sighting.
    return [{ paymentId: payment.id, source: "RECONCILE", seen: { kind: "PAYMENT", observed } }];
  });
  const unmatched = page.filter(
    ({ providerId, status, createdAt }) =>
      !byId.has(providerId) &&
      (status === "PAID" || status === "AUTHORIZED") &&
      now.getTime() - (createdAt?.getTime() ?? 0) >= SETTLE_MS,
  );
  counts.differing += differing.length;
  counts.unmatched += unmatched.length;
  if (dryRun) return;
  await applyProviderState(db, differing, { now });
  await openProblems(
    db,
    unmatched.map(({ providerId, reference, amount, status }) => ({
      kind: PAYMENT_UNMATCHED,
      subject: paymentSubject({ provider, providerId, id: providerId }),
      reason: `${provider} has ${amount.minor} ${amount.currency} (minor units, ${status}) for no order that is known here`,
      detail: { provider, providerId, reference },
    })),
    now,
  );
}

async function compareDisputes(
  { db, clock, dryRun }: PaymentContext,
  { provider }: PaymentGateway,
  page: readonly ListedDispute[],
  counts: Counts,
): Promise<void> {
  const news = await findNewDisputes(db, provider, page);
  counts.disputes += news.length;
  if (dryRun) return;
  await applyProviderState(
    db,
    news.map(({ paymentId, dispute }): Sighting => {
      const seen = { kind: "MONEY_BACK", refunds: [], disputes: [dispute] } as const;
      return { paymentId, source: "RECONCILE", seen };
    }),
    { now: clock.now() },
  );
}

/** Of the words alone: everything else a payment says is read with its next check. */
const differs = (payment: ListedPayment, observed: ObservedPayment): boolean =>
  observed.status !== null &&
  observed.status !== payment.status &&
  !(isLive(payment) && isLive({ status: observed.status }));

async function askUnlisted(
  context: PaymentContext,
  { provider }: PaymentGateway,
  providers: AskedProviders,
  { since, startedAt, counts }: { since: Date; startedAt: Date; counts: Counts },
): Promise<void> {
  const { db, clock, signal } = context;
  const until = new Date(startedAt.getTime() - SETTLE_MS);
  for (let afterId: string | null = null; ;) {
    signal.throwIfAborted();
    const unlisted = await loadUnlisted(db, { provider, since, until, startedAt, afterId, limit: BATCH });
    const answers = await Promise.all(unlisted.map(async (payment) => await providers.ask(payment)));
    const sightings = unlisted.flatMap(({ id }, index): Sighting[] => {
      const answer = answers[index]!;
      return answer.kind === "SEEN" ? [{ paymentId: id, source: "RECONCILE", seen: answer.seen }] : [];
    });
    counts.unlisted += unlisted.length;
    counts.failed += answers.filter(({ kind }) => kind === "FAILED").length;
    await applyProviderState(db, sightings, { now: clock.now() });
    if (unlisted.length < BATCH || !providers.mayAsk(provider)) return;
    afterId = unlisted.at(-1)!.id;
  }
}
