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

/**
 * What an order, its plan and its items are, judging by the packages (oms-domain 1.4). Omnitron's word that something is
 * not to be worked on stands while any of it can still be stopped. Pure.
 */
export function deriveOrder({ id, state, plan, items }: OrderSnapshot): DerivedOrder {
  const isPlanned = plan !== null;
  const derived = items.map((item) => ({ id: item.id, state: itemState(item, isPlanned) }));
  return {
    id,
    state: orderState(state, items, derived, isPlanned),
    planState: plan === null ? null : planState(plan, items, derived),
    items: derived,
  };
}

/** Omnitron wants what is in such a state not to be worked on. */
export const STOPPED_STATES: ReadonlySet<OrderState> = new Set([
  "CANCELLATION_WAITING",
  "WAITING",
  "PAYMENT_WAITING",
  "CONFIRMATION_WAITING",
  "INACTIVE",
]);

/** As STOPPED_STATES, of an item alone: that a payment is awaited is the order's matter. */
export const ITEM_STOPS: ReadonlySet<OrderState> = new Set(["CANCELLATION_WAITING", "INACTIVE"]);

/** Before it is planned, all but its end is Omnitron's word. */
function itemState(item: ItemSnapshot, isPlanned: boolean): OrderState {
  const { state, quantity, cancelled, units } = item;
  if (state === "REFUNDED") return state;
  if (cancelled >= quantity) return "CANCELLED";
  if (!isPlanned || (ITEM_STOPS.has(state) && canBeStopped(item))) return state;
  const parts = units.map((part) => STATE_OF[part.state] ?? "APPROVED");
  if (unplacedOf(item) > 0) parts.push("APPROVED");
  // What is packed for a refund never leaves: its money goes back.
  const wanted = parts.filter((part) => part !== "REFUNDED");
  return wanted.length === 0 && parts.length > 0 ? "REFUNDED" : combined(wanted, state);
}

/** Units left that no live package holds. */
const unplacedOf = ({ quantity, cancelled, units }: ItemSnapshot): number =>
  quantity - cancelled - units.reduce((sum, part) => sum + part.units, 0);

const canBeStopped = (item: ItemSnapshot): boolean =>
  unplacedOf(item) > 0 || item.units.some((part) => !OUT_OF_HOUSE.has(STATE_OF[part.state] ?? "APPROVED"));

function orderState(
  state: OrderState,
  items: readonly ItemSnapshot[],
  derived: DerivedOrder["items"],
  isPlanned: boolean,
): OrderState {
  const open = items.filter((_, index) => !isClosed(derived[index]!.state));
  if (open.length > 0) {
    if (!isPlanned || (STOPPED_STATES.has(state) && open.some(canBeStopped))) return state;
    const parts = derived.filter((item) => !isClosed(item.state)).map((item) => item.state);
    return combined(parts, isClosed(state) ? "APPROVED" : state);
  }
  if (items.length === 0) return state;
  return derived.some((item) => item.state === "REFUNDED") ? "REFUNDED" : "CANCELLED";
}

const isClosed = (state: OrderState): boolean => state === "CANCELLED" || state === "REFUNDED";

/** The furthest any part got, and a last step only where all parts still open took it; `current` where nothing has begun. */
function combined(parts: readonly OrderState[], current: OrderState): OrderState {
  if (parts.every((part) => part === "DELIVERED")) return "DELIVERED";
  const undelivered = new Set(parts.filter((part) => part !== "DELIVERED"));
  if (undelivered.size === 1 && LAST_STEPS.has([...undelivered][0]!)) return [...undelivered][0]!;
  if (parts.some((part) => OUT_OF_HOUSE.has(part))) return "SHIPPED";
  if (undelivered.has("PREPARING")) return "PREPARING";
  return FOLLOWS_PACKAGES.has(current) ? "APPROVED" : current;
}

/** START for as long as a wanted unit is in no live package: that is what planning is asked for. */
function planState(
  plan: NonNullable<OrderSnapshot["plan"]>,
  items: readonly ItemSnapshot[],
  derived: DerivedOrder["items"],
): PlanState {
  if (items.some((item, index) => isWanted(derived[index]!.state) && unplacedOf(item) > 0)) return "START";
  if (derived.every(({ state }) => state === "CANCELLED")) return "CANCELLED";
  if (plan.state === "CANCELLED" && items.every(({ units }) => units.length === 0)) return "CANCELLED";
  return plan.hasException ? "PENDING" : "COMPLETED";
}

const isWanted = (state: OrderState): boolean => !isClosed(state) && !ITEM_STOPS.has(state);

const STATE_OF: Readonly<Partial<Record<PackageState, OrderState>>> = {
  PACKED: "PREPARING",
  PACKED_FOR_REFUND: "REFUNDED",
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
