import type { CancellationSeen } from "@drumline/replay";

import type { PlanSeen } from "./observed.sql.ts";
import type { Violation } from "./violation.ts";

const RESULT_OF: Readonly<Record<string, string>> = {
  COMPLETED: "completed",
  PARTIAL: "partial",
  REJECTED: "rejected",
};

/** A cancellation plan as Omnitron has it beside the one that is here. */
export function judgePlan(
  wish: CancellationSeen,
  here: PlanSeen | null,
  { isReported, isUntold }: { readonly isReported: boolean; readonly isUntold: boolean },
): Violation[] {
  const isWithdrawn = wish.status === "rejected";
  const say = (what: string): Violation => ({
    kind: "cancellation plan",
    order: wish.order.number,
    what: `plan ${wish.pk} (${wish.plan_type}, ${isWithdrawn ? "withdrawn" : "wanted"}): ${what}`,
  });
  if (isReported) return [];
  if (here === null) return isWithdrawn ? [] : [say("was never taken in")];
  if (here.status === "WAITING" || here.status === "PROCESSING") return [say(`is still ${here.status}`)];
  const told = wish.result?.status ?? null;
  if (isWithdrawn) {
    const done = here.items.reduce((sum, item) => sum + item.done, 0);
    return done > 0 && told === null && !isUntold
      ? [say(`${done} units are cancelled all the same, and nobody was told`)]
      : [];
  }
  const expected = RESULT_OF[here.status];
  return [
    ...(expected !== undefined && told !== expected && !isUntold
      ? [say(`is ${here.status} here, and Omnitron was told ${told ?? "nothing"}`)]
      : []),
    ...(isAnswered(wish, here)
      ? []
      : [say(`asks for ${toWords(toQuantities(wish))}, and here for ${toWords(here.items)}`)]),
  ];
}

interface Quantity {
  readonly pk: number;
  readonly quantity: number;
}

const toQuantities = ({ items }: CancellationSeen): Quantity[] =>
  items.map(({ order_item_pk: pk, quantity }) => ({ pk, quantity }));

/** Changed after it was carried out it may ask for less: of all it asks for was decided, and nothing beyond it was done. */
function isAnswered(wish: CancellationSeen, here: PlanSeen): boolean {
  const asked = new Map(toQuantities(wish).map(({ pk, quantity }) => [pk, quantity]));
  const decided = new Map(here.items.map(({ pk, quantity }) => [pk, quantity]));
  return (
    here.items.every(({ pk, done }) => done <= (asked.get(pk) ?? 0)) &&
    [...asked].every(([pk, quantity]) => quantity <= (decided.get(pk) ?? 0))
  );
}

const toWords = (items: readonly Quantity[]): string =>
  items
    .toSorted((left, right) => left.pk - right.pk)
    .map(({ pk, quantity }) => `${quantity} of ${pk}`)
    .join(", ");
