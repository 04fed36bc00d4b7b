import type { JsonObject } from "@drumline/core/task";

import type { OrderFacts } from "../cancellations/cancellation-facts.ts";
import type { OrderState } from "../states/index.ts";

/** What the database already holds of the things a page talks about. */
export interface ImportSnapshot {
  readonly orders: readonly KnownOrder[];
  readonly items: readonly KnownItem[];
  readonly products: readonly KnownProduct[];
  /** Where the units of planned orders are that have changed, by order id. */
  readonly facts: ReadonlyMap<bigint, OrderFacts>;
}

/** An order the database holds. */
export interface KnownOrder {
  readonly id: bigint;
  readonly pk: bigint;
  readonly number: string;
  readonly state: OrderState;
  readonly remoteModifiedAt: Date;
  readonly payload: JsonObject;
  /** It has a plan: from then on its packages say what it is, as far as Omnitron lets them. */
  readonly isPlanned: boolean;
}

/** An order item the database holds. */
export interface KnownItem {
  readonly id: bigint;
  readonly pk: bigint;
  readonly orderPk: bigint;
  readonly sku: string;
  readonly state: OrderState;
  readonly quantity: number;
  /** Units of it that cancellation plans have cancelled. */
  readonly cancelled: number;
}

/** A product the database holds. */
export interface KnownProduct {
  readonly sku: string;
  /** Null where only the inventory side has named it so far. */
  readonly pk: bigint | null;
}
