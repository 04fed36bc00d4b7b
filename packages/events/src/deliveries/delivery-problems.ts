import type { Transaction } from "@drumline/db";
import { type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";

import type { ClaimedDelivery, Subscription } from "./delivery.ts";
import type { Ending } from "./plan-attempt-end.ts";

interface EndedAttempts {
  readonly subscription: Subscription;
  readonly attempted: readonly { readonly delivery: ClaimedDelivery; readonly ending: Ending }[];
  readonly at: Date;
}

const WEBHOOK_EXHAUSTED: ProblemKind = {
  context: "events",
  name: "WEBHOOK_EXHAUSTED",
  severity: "WARNING",
  cure: "The receiver misses these events. Cure it, then replay the deliveries that are EXHAUSTED.",
};
const WEBHOOK_DISABLED: ProblemKind = {
  context: "events",
  name: "WEBHOOK_DISABLED",
  severity: "WARNING",
  cure: "The receiver answered 410 Gone and gets nothing any more. Subscribe it anew if that was a mistake.",
};

/** One problem per subscription, whatever number of deliveries it lost: each counts as seen again. */
export async function showLostDeliveries(tx: Transaction, batch: EndedAttempts): Promise<void> {
  await openProblems(tx, [...findExhausted(batch), ...findDisabled(batch)], batch.at);
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
