import { Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, closeProblems, type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";

import type { ClaimedDelivery, Subscription } from "./delivery.ts";
import type { Ending } from "./plan-attempt-end.ts";

interface EndedAttempts {
  readonly subscription: Subscription;
  readonly attempted: readonly { readonly delivery: ClaimedDelivery; readonly ending: Ending }[];
  readonly at: Date;
}

export const WEBHOOK_EXHAUSTED: ProblemKind = {
  context: "events",
  name: "WEBHOOK_EXHAUSTED",
  severity: "WARNING",
  cure: "The receiver misses these events. Cure it, then replay the deliveries that are EXHAUSTED.",
};
export const WEBHOOK_DISABLED: ProblemKind = {
  context: "events",
  name: "WEBHOOK_DISABLED",
  severity: "WARNING",
  cure: "The receiver answered 410 Gone and gets nothing any more. Subscribe it anew if that was a mistake.",
};

/** One problem per subscription, whatever number of deliveries it lost: each counts as seen again. */
export async function showLostDeliveries(tx: Transaction, batch: EndedAttempts): Promise<void> {
  await openProblems(tx, [...findExhausted(batch), ...findDisabled(batch)], batch.at);
}

/**
 * Closes what is open of subscriptions whose lost deliveries have all reached their receiver after all, or are deleted; one
 * that is being replayed is lost until it has arrived.
 */
export async function closeReplayed(tx: Transaction, at: Date): Promise<void> {
  const lost = (condition: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT FROM webhook_delivery delivery WHERE delivery.webhook_id = problem.subject_key::bigint AND ${condition})`;
  await closeGoneProblems(tx, {
    kind: WEBHOOK_EXHAUSTED,
    isGone: Prisma.sql`NOT ${lost(Prisma.sql`delivery.status = 'EXHAUSTED'`)}
      AND NOT ${lost(Prisma.sql`delivery.status IN ('PENDING', 'PENDING_RETRY') AND delivery.attempts_before_replay > 0`)}`,
    reason: "every delivery to it has arrived or is deleted",
    at,
  });
}

/** Of a subscription that has ended, or begins anew. */
export async function closeProblemsOf(
  tx: Transaction,
  webhookId: bigint,
  { kinds, reason, at }: { readonly kinds: readonly ProblemKind[]; readonly reason: string; readonly at: Date },
): Promise<void> {
  await closeProblems(tx, { kind: kinds, subjects: [toSubject(webhookId)], reason, at });
}

function findExhausted({ subscription: { id, targetUrl }, attempted }: EndedAttempts): NewProblem[] {
  const lost = attempted.filter(({ ending }) => ending.status === "EXHAUSTED");
  const last = lost.at(-1);
  if (last === undefined) return [];
  const { delivery, ending } = last;
  const path = `/api/v1/webhook-deliveries/${delivery.id}/replay`;
  return [
    {
      kind: WEBHOOK_EXHAUSTED,
      subject: toSubject(id),
      reason: `deliveries to it are given up: ${ending.error}`,
      detail: { targetUrl, lastDeliveryId: String(delivery.id), eventType: delivery.eventType, lost: lost.length },
      actions: [{ label: "Replay the last of them", method: "POST", path }],
    },
  ];
}

function findDisabled({ subscription: { id, targetUrl }, attempted }: EndedAttempts): NewProblem[] {
  if (!attempted.some(({ ending }) => ending.status === "DISABLED")) return [];
  const reason = "its receiver answered 410 Gone, so the subscription has ended";
  return [{ kind: WEBHOOK_DISABLED, subject: toSubject(id), reason, detail: { targetUrl } }];
}

const toSubject = (webhookId: bigint) => ({ type: "webhook", key: String(webhookId) });
