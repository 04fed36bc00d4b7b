import type { OrderState, PackageState, PlanState } from "./transition-rules.ts";

/** An order with where its units are. */
export interface OrderSnapshot {
  readonly id: bigint;
  readonly state: OrderState;
  readonly plan: { readonly id: bigint; readonly state: PlanState; readonly hasException: boolean } | null;
  readonly items: readonly ItemSnapshot[];
}

/** An item of an order with where its units are. */
export interface ItemSnapshot {
  readonly id: bigint;
  readonly state: OrderState;
  readonly quantity: number;
  readonly cancelled: number;
  /** Units in live packages; one that waits for its cancellation counts as what it was before. */
  readonly units: readonly { readonly state: PackageState; readonly units: number }[];
}

/** What an order, its plan and its items are to be; in the order of the snapshot's items. */
export interface DerivedOrder {
  readonly id: bigint;
  readonly state: OrderState;
  readonly planState: PlanState | null;
  readonly items: readonly { readonly id: bigint; readonly state: OrderState }[];
}

/** What an order, its plan and its items are, judging by the packages (oms-domain 1.4). Pure. */
export function deriveOrder({ id, state, plan, items }: OrderSnapshot): DerivedOrder {
  const derived = items.map((item) => ({ id: item.id, state: itemState(item) }));
  return {
    id,
    state: orderState(
      state,
      derived.map((item) => item.state),
    ),
    planState: plan === null ? null : planState(plan, derived),
    items: derived,
  };
}

function itemState({ state, quantity, cancelled, units }: ItemSnapshot): OrderState {
  if (state === "REFUNDED") return state;
  if (cancelled >= quantity) return "CANCELLED";
  const packaged = units.map((part) => STATE_OF[part.state] ?? "APPROVED");
  const unplaced = quantity - cancelled - units.reduce((sum, part) => sum + part.units, 0);
  return combined(unplaced > 0 ? [...packaged, "APPROVED"] : packaged, state);
}

function orderState(state: OrderState, items: readonly OrderState[]): OrderState {
  const open = items.filter((item) => item !== "CANCELLED" && item !== "REFUNDED");
  if (open.length > 0) return combined(open, state);
  if (items.length === 0) return state;
  return items.includes("REFUNDED") ? "REFUNDED" : "CANCELLED";
}

/** The furthest any part got, and a last step only where all parts still open took it; `current` where nothing has begun. */
function combined(parts: readonly OrderState[], current: OrderState): OrderState {
  if (parts.every((part) => part === "DELIVERED")) return "DELIVERED";
  const undelivered = new Set(parts.filter((part) => part !== "DELIVERED"));
  if (undelivered.size === 1 && LAST_STEPS.has([...undelivered][0]!)) return [...undelivered][0]!;
  if (parts.some((part) => OUT_OF_HOUSE.has(part))) return "SHIPPED";
  if (undelivered.has("PREPARING")) return "PREPARING";
  return FOLLOWS_PACKAGES.has(current) ? "APPROVED" : current;
}

function planState(plan: NonNullable<OrderSnapshot["plan"]>, items: DerivedOrder["items"]): PlanState {
  if (plan.state === "START" || plan.state === "CANCELLED") return plan.state;
  if (items.every(({ state }) => state === "CANCELLED")) return "CANCELLED";
  return plan.hasException ? "PENDING" : "COMPLETED";
}

const STATE_OF: Readonly<Partial<Record<PackageState, OrderState>>> = {
  PACKED: "PREPARING",
  PACKED_FOR_REFUND: "PREPARING",
  SHIPPED: "SHIPPED",
  READY_FOR_PICKUP: "READY_FOR_PICKUP",
  ATTEMPTED_DELIVERY: "ATTEMPTED_DELIVERY",
  DELIVERY_FAILED: "ATTEMPTED_DELIVERY",
  DELIVERED: "DELIVERED",
};
const LAST_STEPS: ReadonlySet<OrderState> = new Set(["READY_FOR_PICKUP", "ATTEMPTED_DELIVERY"]);
const OUT_OF_HOUSE: ReadonlySet<OrderState> = new Set(["SHIPPED", "DELIVERED", ...LAST_STEPS]);
/** What only packages make of an order; the rest is Omnitron's word, such as that a cancellation is waiting. */
const FOLLOWS_PACKAGES: ReadonlySet<OrderState> = new Set(["PREPARING", ...OUT_OF_HOUSE]);
