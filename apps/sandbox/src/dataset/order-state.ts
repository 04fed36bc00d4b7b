import { DrumlineError } from "@drumline/core/errors";

import { lowerBound } from "./lower-bound.ts";
import type { Order, OrderSource } from "./dataset.ts";

/** The place after an order in the sort by (modified, pk). */
export interface OrderPosition {
  readonly modifiedMs: number;
  readonly pk: number;
}

/** Top-level fields of an order as it is served, put over its own. */
export type OrderPatch = Readonly<Record<string, unknown>>;

export interface ServedOrder {
  readonly order: Order;
  readonly patch: OrderPatch;
}

/** The number is unknown, or its order has not come about yet. */
export class NoSuchOrder extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "NO_SUCH_ORDER" });
  }
}

/** The dataset's orders as they are seen at an instant, with the changes made from outside on top. */
export interface OrderState {
  readonly total: number | null;
  countUntil(nowMs: number): number;
  /** When the next order comes about; Infinity when none will. */
  nextAfter(nowMs: number): number;
  /** Orders strictly after the position, ascending; those modified later than `nowMs` are not there yet. */
  pageAfter(after: OrderPosition, limit: number, nowMs: number): { orders: ServedOrder[]; hasMore: boolean };
  /** As it is served at `nowMs`. Throws `NoSuchOrder`. */
  look(number: string, nowMs: number): ServedOrder;
  /** Moves the order to `nowMs` in the sort. Throws `NoSuchOrder`. Kept in memory only. */
  change(number: string, patch: OrderPatch, nowMs: number): ServedOrder;
}

export function createOrderState(source: OrderSource): OrderState {
  const changed = new Map<number, ServedOrder>();
  let lastChange = { nowMs: Infinity, modifiedMs: -Infinity };

  function* unchangedAfter(after: OrderPosition, nowMs: number): Generator<ServedOrder> {
    const visible = source.countUntil(nowMs);
    const first = lowerBound(visible, (position) => {
      const modifiedMs = source.modifiedMsAt(position);
      return modifiedMs > after.modifiedMs || (modifiedMs === after.modifiedMs && position + 1 > after.pk);
    });
    for (let position = first; position < visible; position += 1) {
      if (!changed.has(position + 1)) yield { order: source.at(position), patch: {} };
    }
  }

  const changedAfter = (after: OrderPosition, nowMs: number) =>
    [...changed.values()].filter(({ order }) => order.modifiedMs <= nowMs && compare(order, after) > 0);

  const look = (number: string, nowMs: number): ServedOrder => {
    const position = source.positionOf(number);
    if (position === null) throw new NoSuchOrder(`no order has the number "${number}"`);
    if (source.modifiedMsAt(position) > nowMs) {
      throw new NoSuchOrder(
        `order ${number} comes about at ${new Date(source.modifiedMsAt(position)).toISOString()}, and it is only ` +
          `${new Date(nowMs).toISOString()}; move the clock with PUT /_sandbox/clock first`,
      );
    }
    return changed.get(position + 1) ?? { order: source.at(position), patch: {} };
  };

  return {
    total: source.total,
    countUntil: (nowMs) => source.countUntil(nowMs),
    nextAfter: (nowMs) => {
      const next = source.countUntil(nowMs);
      return next < (source.total ?? Infinity) ? source.modifiedMsAt(next) : Infinity;
    },

    pageAfter: (after, limit, nowMs) => {
      const candidates = changedAfter(after, nowMs);
      let taken = 0;
      for (const served of unchangedAfter(after, nowMs)) {
        candidates.push(served);
        taken += 1;
        if (taken > limit) break;
      }
      candidates.sort((left, right) => compare(left.order, right.order));
      return { orders: candidates.slice(0, limit), hasMore: candidates.length > limit };
    },

    look,

    change: (number, patch, nowMs) => {
      const served = look(number, nowMs);
      // Two changes never share an instant: a reader between them would keep a cursor that skips the second.
      const isSameMoment = nowMs >= lastChange.nowMs && nowMs <= lastChange.modifiedMs;
      const modifiedMs = isSameMoment ? lastChange.modifiedMs + 1 : nowMs;
      lastChange = { nowMs, modifiedMs };
      const next = { order: { ...served.order, modifiedMs }, patch: { ...served.patch, ...patch } };
      changed.set(served.order.pk, next);
      return next;
    },
  };
}

function compare(left: OrderPosition, right: OrderPosition): number {
  return left.modifiedMs - right.modifiedMs || left.pk - right.pk;
}
