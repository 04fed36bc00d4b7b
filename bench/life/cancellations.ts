import type { CancellationSeen, CancellationWish } from "@drumline/replay";

import type { Dice } from "../dice.ts";
import type { WireItem, WireOrder } from "./wire.ts";

/** A plan as it was last sent, and whether anything came back about it. */
export interface MadePlan extends CancellationWish {
  readonly pk: number;
  readonly isAnswered: boolean;
}

/** The kinds that make a new plan for an order. */
export const NEW_PLANS = [
  "whole order",
  "one item",
  "some units",
  "items of packed packages",
  "overlapping",
  "more units than there are",
  "an item that is not there",
  "refund",
] as const;

/** The kinds that change a plan that was made. */
export const PLAN_CHANGES = ["plan changed", "plan withdrawn", "plan made again"] as const;

export type NewPlanKind = (typeof NEW_PLANS)[number];
export type PlanChangeKind = (typeof PLAN_CHANGES)[number];

type Wished = CancellationWish["items"];

/** A new plan of the kind for the order; null where the order gives none. Pure. */
export function planCancellation(
  kind: NewPlanKind,
  { number, orderitem_set: items }: WireOrder,
  dice: Dice,
): CancellationWish | null {
  if (items.length === 0) return null;
  const wished = toWished(kind, items, dice);
  const isRefund = kind === "refund" || (kind === "items of packed packages" && dice.roll() < 0.3);
  return { order: number, plan_type: isRefund ? "refund" : "cancel", status: "waiting", items: wished };
}

function toWished(kind: NewPlanKind, items: readonly WireItem[], dice: Dice): Wished {
  const all = items.map(({ pk, quantity }) => ({ order_item_pk: pk, quantity }));
  const one = dice.pick(all);
  switch (kind) {
    case "whole order":
      return all;
    case "one item":
      return [one];
    case "some units":
      return [{ ...one, quantity: 1 + Math.floor(dice.roll() * one.quantity) }];
    case "more units than there are":
      return [{ ...one, quantity: one.quantity + 1 + Math.floor(dice.roll() * 5) }];
    case "an item that is not there":
      return [one, { order_item_pk: 2_000_000_000 + one.order_item_pk, quantity: 1 }];
    case "items of packed packages":
    case "overlapping":
    case "refund":
      return dice.roll() < 0.5 ? all : [one];
  }
}

/** The plan as it becomes; null where Omnitron itself would no longer change it. Pure. */
export function planPlanChange(
  kind: PlanChangeKind,
  plan: MadePlan,
  order: WireOrder,
  dice: Dice,
): CancellationWish | null {
  const { order: number, plan_type, status, items } = plan;
  if (kind === "plan made again") {
    if (status !== "rejected" || plan.isAnswered) return null;
    return { order: number, plan_type, status: "waiting", items };
  }
  if (status === "rejected" || plan.isAnswered) return null;
  if (kind === "plan withdrawn") return { order: number, plan_type, status: "rejected", items };
  const next = planCancellation(dice.pick(["whole order", "one item", "some units"]), order, dice);
  return next === null ? null : { ...next, plan_type };
}

export const toMadePlan = ({ order, result, pk, plan_type, status, items }: CancellationSeen): MadePlan => ({
  pk,
  order: order.number,
  plan_type,
  status,
  items,
  isAnswered: result !== null,
});
