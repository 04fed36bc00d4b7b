import { type OutboxEvent, saveEvents } from "@drumline/events/outbox";
import type { Transaction } from "@drumline/db";
import {
  closeProblems,
  type NewProblem,
  openProblems,
  type ProblemKind,
  type ProblemSubject,
} from "@drumline/problems";

import { tellConfirmed, toOrderEvent } from "../orders/tell-of-orders.ts";
import { type NewNotice, saveNotices } from "../notifications/save-notices.sql.ts";
import type { OrderNow } from "../orders/order.ts";
import type { AttemptNow, RefundNow } from "./payment.ts";
import {
  PAYMENT_DISPUTED,
  PAYMENT_HELD,
  PAYMENT_NOT_FOUND,
  PAYMENT_STUCK,
  PAYMENT_UNMATCHED,
  PAYMENT_WORD_UNKNOWN,
} from "./payment-problem-kinds.ts";
import {
  disputeSubject,
  orderSubject,
  paymentSubject,
  toDisputeProblem,
  toHeldProblem,
  toPaymentProblem,
  toRefundProblem,
} from "./payment-problems.ts";
import type { Effect, PlannedState } from "./plan-provider-state.ts";

/** A plan, and the attempt as it was before. */
export interface AppliedPlan extends PlannedState {
  readonly before: AttemptNow;
}

/** Everything that others are told of: customers, subscribers, stock, and whoever watches problems. Under the orders' locks. */
export async function tellEffects(tx: Transaction, plans: readonly AppliedPlan[], at: Date): Promise<void> {
  const news: News = { confirmed: [], notices: [], events: [], problems: [], closings: [] };
  for (const plan of plans) {
    for (const effect of plan.effects) collect(news, plan, effect, at);
    if (plan.before.status !== plan.attempt.status)
      news.closings.push([PAYMENT_STUCK, paymentSubject(plan.attempt), "it moved on"]);
    if (plan.before.providerId === null && plan.attempt.providerId !== null)
      news.closings.push([PAYMENT_UNMATCHED, paymentSubject(plan.attempt), "its order is known"]);
  }
  await tellConfirmed(tx, news.confirmed, at);
  await saveNotices(tx, news.notices);
  await saveEvents(tx, news.events);
  await openProblems(tx, news.problems, at);
  await closeAll(tx, news.closings, at);
}

type Closing = readonly [kind: ProblemKind, subject: ProblemSubject, reason: string];
interface News {
  readonly confirmed: OrderNow[];
  readonly notices: NewNotice[];
  readonly events: OutboxEvent[];
  readonly problems: NewProblem[];
  readonly closings: Closing[];
}

function collect(news: News, { order, attempt }: AppliedPlan, effect: Effect, at: Date): void {
  const { confirmed, notices, events, problems, closings } = news;
  const payment = { paymentId: attempt.id, provider: attempt.provider };
  switch (effect.kind) {
    case "CONFIRM":
      confirmed.push(order);
      return;
    case "HOLD":
      problems.push(toHeldProblem({ ...order, heldReason: effect.reason }, effect.words));
      events.push(toOrderEvent("shop.order.held", order, at, { ...payment, heldReason: effect.reason }));
      return;
    case "RELEASE_HOLD":
      closings.push([PAYMENT_HELD, orderSubject(order), `${effect.reason} is no longer so`]);
      return;
    case "REFUND":
      events.push(toOrderEvent("shop.refund.due", order, at, { ...payment, ...toWire(effect.refund) }));
      return;
    case "REFUNDED":
      notices.push(toRefundedNotice(order, attempt, effect.refund, at));
      events.push(toOrderEvent("shop.refund.refunded", order, at, { ...payment, ...toWire(effect.refund) }));
      return;
    case "REFUND_FAILED":
      problems.push(toRefundProblem(order, attempt, effect.refund, `the provider says "${effect.refund.rawStatus}"`));
      events.push(toOrderEvent("shop.refund.failed", order, at, { ...payment, ...toWire(effect.refund) }));
      return;
    case "DISPUTE_CHANGED":
      if (effect.dispute.status === "WON")
        closings.push([PAYMENT_DISPUTED, disputeSubject(attempt, effect.dispute), "it was won"]);
      else problems.push(toDisputeProblem(order, attempt, effect.dispute));
      events.push(toOrderEvent("shop.payment.disputed", order, at, { ...payment, status: effect.dispute.status }));
      return;
    case "UNKNOWN_WORD":
      problems.push(
        toPaymentProblem(PAYMENT_WORD_UNKNOWN, order, attempt, `${attempt.provider} calls it "${effect.word}"`),
      );
      return;
    case "KNOWN_WORD":
      closings.push([PAYMENT_WORD_UNKNOWN, paymentSubject(attempt), "the provider has a word for it that is known"]);
      return;
    case "NOT_FOUND":
      problems.push(
        toPaymentProblem(PAYMENT_NOT_FOUND, order, attempt, `${attempt.provider} says that it has no such payment`),
      );
      return;
    case "FOUND":
      closings.push([PAYMENT_NOT_FOUND, paymentSubject(attempt), "the provider has it"]);
      return;
    case "STUCK":
      problems.push(toPaymentProblem(PAYMENT_STUCK, order, attempt, `it is past its end, and still ${attempt.status}`));
      return;
    case "CONTRADICTION":
    case "REFUND_CHANGED":
      return;
  }
}

const toWire = ({ cause, amountMinor, currency }: RefundNow) => ({ cause, amountMinor: String(amountMinor), currency });

const toRefundedNotice = (order: OrderNow, attempt: AttemptNow, refund: RefundNow, at: Date): NewNotice => ({
  key: `order/${order.id}/refund/${attempt.id}/${refund.cause}`,
  kind: "refunded",
  orderId: order.id,
  detail: { amountMinor: String(refund.amountMinor), currency: refund.currency },
  occurredAt: at,
});

/** One statement per kind and reason, in one order of kinds. */
async function closeAll(tx: Transaction, closings: readonly Closing[], at: Date): Promise<void> {
  const groups = new Map<string, Closing[]>();
  for (const closing of closings) {
    const name = `${closing[0].name} ${closing[2]}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [closing]);
    else group.push(closing);
  }
  for (const name of [...groups.keys()].toSorted()) {
    const group = groups.get(name)!;
    const [kind, , reason] = group[0]!;
    await closeProblems(tx, { kind, subjects: group.map(([, subject]) => subject), reason, at });
  }
}
