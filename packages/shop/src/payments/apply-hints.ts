import type { Database, Transaction } from "@drumline/db";
import { openProblems } from "@drumline/problems";

import { applyInTransaction, type Sighting } from "./apply-provider-state.ts";
import { type MatchedHint, matchHints, takeOrphanedHints } from "./hints.sql.ts";
import { parseMoneyBackJson, parseObservedJson } from "./observed-json.ts";
import { PAYMENT_UNMATCHED } from "./payment-problem-kinds.ts";
import { paymentSubject } from "./payment-problems.ts";

/** Applies what webhooks said before their payments were known, as far as they are now; answers how many payments that were. */
export async function applyHints(tx: Transaction, at: Date): Promise<number> {
  const matched = await matchHints(tx, at);
  await applyInTransaction(tx, matched.flatMap(toSightings), at, null);
  return matched.length;
}

/** The payment's own word first: without it, there is no money that could go back. */
function toSightings({ paymentId, observed, moneyBack }: MatchedHint): Sighting[] {
  const source = "WEBHOOK" as const;
  return [
    ...(observed === null
      ? []
      : [{ paymentId, source, seen: { kind: "PAYMENT" as const, observed: parseObservedJson(observed) } }]),
    ...(moneyBack === null
      ? []
      : [{ paymentId, source, seen: { kind: "MONEY_BACK" as const, ...parseMoneyBackJson(moneyBack) } }]),
  ];
}

/** Tells a person of payments whose orders never came, and of which nobody can ask. */
export async function tellOrphanedHints(db: Database, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const orphaned = await takeOrphanedHints(tx, at);
    await openProblems(
      tx,
      orphaned.map(({ provider, providerId }) => ({
        kind: PAYMENT_UNMATCHED,
        subject: paymentSubject({ provider, providerId, id: "" }),
        reason: `${provider} told of payment ${providerId} by a signed webhook, and no order with it came in a day`,
      })),
      at,
    );
  });
}
