import type { CancellationFacts, OrderFacts } from "../cancellations/cancellation-facts.ts";
import { decideCancellation } from "../cancellations/decide-cancellation.ts";
import type { OrderChange, Withdrawal } from "./plan-order-change.ts";

/**
 * What an order that is looked at again may withdraw: only items of which a unit can be taken back at once. What its first
 * look asked for and was refused would be asked for with every pull, for ever, each time by a plan of its own. Pure.
 */
export function toChangeSeenAgain(change: OrderChange, facts: OrderFacts): OrderChange {
  return { ...change, withdrawals: change.withdrawals.filter((withdrawal) => canBeTaken(withdrawal, facts)) };
}

function canBeTaken({ itemPk, orderItemId, type, units }: Withdrawal, { items, packages }: OrderFacts): boolean {
  const wish = { id: 0n, itemPk, orderItemId, quantity: units, done: 0, isOpen: true, reason: null };
  const facts: CancellationFacts = {
    planId: 0n,
    pk: null,
    type,
    attempts: 0,
    orderNumber: "",
    orderId: 0n,
    wishes: [wish],
    otherWishes: [],
    items,
    packages,
  };
  // By the last attempt's rules, which wait for nobody: a carrier that refused the parcel once is not asked for ever.
  const { outcomes } = decideCancellation(facts, { carrierSaid: new Map(), isLastAttempt: true });
  return outcomes.some(({ done }) => done > 0);
}
