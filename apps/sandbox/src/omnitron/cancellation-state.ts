import { cancelAtMs, type Order, type OrderSource } from "../dataset/index.ts";

/** Omnitron's wish to cancel units of an order. */
export interface Cancellation {
  readonly pk: number;
  readonly orderNumber: string;
  readonly type: "cancel" | "refund";
  /** Omnitron's own word while nothing came back about it. */
  readonly status: "waiting" | "rejected";
  readonly modifiedMs: number;
  readonly items: readonly { readonly order_item_pk: number; readonly quantity: number }[];
}

/** What came back about one. */
export interface CancellationResult {
  readonly status: "completed" | "partial" | "rejected";
  readonly items: readonly unknown[];
}

export interface CancellationState {
  /** Strictly after the position in the sort by (modified, pk), ascending; those still to come are not there yet. */
  pageAfter(
    after: { readonly modifiedMs: number; readonly pk: number },
    limit: number,
    nowMs: number,
  ): { readonly plans: readonly Cancellation[]; readonly hasMore: boolean };
  /** When the next plan for an order that is there comes about; Infinity when none is to be expected. */
  nextAfter(nowMs: number): number;
  /** Makes a plan, or takes the place of the one with its pk, whoever made it. Kept in memory only. */
  put(plan: Cancellation): void;
  /** False: there is no such plan yet. The last word counts. */
  note(pk: number, result: CancellationResult, nowMs: number): boolean;
  resultOf(pk: number): CancellationResult | null;
}

/** `allTakenOverMs` tells when the carrier had all of an order. */
export function createCancellationState(
  orders: OrderSource,
  allTakenOverMs: (orderPk: number, units: number) => number | null,
): CancellationState {
  const wanted: Order[] = [];
  const made = new Map<number, Cancellation>();
  const results = new Map<number, CancellationResult>();
  let scanned = 0;

  const expectedAt = (nowMs: number): Cancellation[] => {
    const end = orders.countUntil(nowMs);
    for (; scanned < end; scanned += 1) {
      const order = orders.at(scanned);
      if (order.lifecycle.status === "canceled" && order.items.length > 0) wanted.push(order);
    }
    const ofDataset = wanted.flatMap((order) => {
      const units = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
      const modifiedMs = cancelAtMs(order, allTakenOverMs(order.pk, units));
      return modifiedMs === null || made.has(order.pk) ? [] : [toWholeOrder(order, modifiedMs)];
    });
    return [...ofDataset, ...made.values()];
  };
  const visibleAt = (nowMs: number) => expectedAt(nowMs).filter(({ modifiedMs }) => modifiedMs <= nowMs);

  return {
    pageAfter: (after, limit, nowMs) => {
      const rest = visibleAt(nowMs)
        .filter(
          ({ pk, modifiedMs }) => modifiedMs > after.modifiedMs || (modifiedMs === after.modifiedMs && pk > after.pk),
        )
        .sort((left, right) => left.modifiedMs - right.modifiedMs || left.pk - right.pk);
      return { plans: rest.slice(0, limit), hasMore: rest.length > limit };
    },
    nextAfter: (nowMs) =>
      expectedAt(nowMs).reduce(
        (soonest, { modifiedMs }) => (modifiedMs > nowMs ? Math.min(soonest, modifiedMs) : soonest),
        Infinity,
      ),
    put: (plan) => void made.set(plan.pk, plan),
    note: (pk, result, nowMs) => {
      if (!visibleAt(nowMs).some((plan) => plan.pk === pk)) return false;
      results.set(pk, result);
      return true;
    },
    resultOf: (pk) => results.get(pk) ?? null,
  };
}

/** A plan of the dataset has the pk of its order: there is at most one of each. */
function toWholeOrder({ pk, number, items }: Order, modifiedMs: number): Cancellation {
  return {
    pk,
    orderNumber: number,
    type: "cancel",
    status: "waiting",
    modifiedMs,
    items: items.map((item) => ({ order_item_pk: item.pk, quantity: item.quantity })),
  };
}
