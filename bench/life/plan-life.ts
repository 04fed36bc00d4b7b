import { createDice } from "../dice.ts";
import { NEW_PLANS, type NewPlanKind, PLAN_CHANGES, type PlanChangeKind } from "./cancellations.ts";
import { type OrderChangeKind, orderChangeKinds } from "./order-changes.ts";

export type LifeEventKind = OrderChangeKind | NewPlanKind | PlanChangeKind | "stock gone" | "stock back";

/** Something that happens outside; to whom, is decided when its time has come. */
export interface LifeEvent {
  readonly no: number;
  readonly area: "order" | "plan" | "plan change" | "stock";
  readonly kind: LifeEventKind;
  /** 0 is the first order, 1 the end of the news. */
  readonly at: number;
}

export interface LifeCounts {
  readonly changes: number;
  readonly cancellations: number;
  readonly stockChanges: number;
}

/** A third of the plans are made and then changed; the others are only made. */
const CHANGED_PLANS = 1 / 3;

/** All that will happen outside, in the order of its time: every kind about as often as the others. Pure. */
export function planLife(seed: number, { changes, cancellations, stockChanges }: LifeCounts): LifeEvent[] {
  const dice = createDice(seed);
  const wanted: Omit<LifeEvent, "no">[] = [
    ...take(dice.shuffle(orderChangeKinds), changes).map((kind) => ({ area: "order" as const, kind, at: dice.roll() })),
    ...take(dice.shuffle(NEW_PLANS), cancellations).map((kind) => ({
      area: "plan" as const,
      kind,
      at: dice.roll() * 0.95,
    })),
    ...take(dice.shuffle(PLAN_CHANGES), Math.ceil(cancellations * CHANGED_PLANS)).map((kind) => ({
      area: "plan change" as const,
      kind,
      at: 0.1 + dice.roll() * 0.9,
    })),
    ...take(["stock gone", "stock back"] as const, stockChanges).map((kind) => ({
      area: "stock" as const,
      kind,
      at: kind === "stock gone" ? dice.roll() * 0.8 : 0.2 + dice.roll() * 0.8,
    })),
  ];
  return wanted.toSorted((left, right) => left.at - right.at).map((event, no) => ({ ...event, no }));
}

/** So many, every kind by turns. */
const take = <Kind>(kinds: readonly Kind[], count: number): Kind[] =>
  Array.from({ length: count }, (_, index) => kinds[index % kinds.length]!);
