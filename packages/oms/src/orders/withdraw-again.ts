import type { OrderFacts } from "../cancellations/cancellation-facts.ts";
import { decideCancellation } from "../cancellations/decide-cancellation.ts";
import type { OrderChange, Withdrawal } from "./plan-order-change.ts";
import { AT_ONCE, toFactsAtOnce } from "./take-at-once.ts";

/**
 * What an order that is looked at again may withdraw: only items of which a unit can be taken back at once. What its first
 * look asked for and was refused would be asked for with every pull, for ever, each time by a plan of its own. Pure.
 */
export function toChangeSeenAgain(change: OrderChange, facts: OrderFacts): OrderChange {
  return { ...change, withdrawals: change.withdrawals.filter((withdrawal) => canBeTaken(withdrawal, facts)) };
}

function canBeTaken(withdrawal: Withdrawal, facts: OrderFacts): boolean {
  const { outcomes } = decideCancellation(toFactsAtOnce(withdrawal.type, [withdrawal], facts), AT_ONCE);
  return outcomes.some(({ done }) => done > 0);
}
