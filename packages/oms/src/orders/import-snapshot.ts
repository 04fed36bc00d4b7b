import type { JsonObject } from "@drumline/core/task";

import type { OrderState } from "../states/index.ts";

/** What the database already holds of the things a page talks about. */
export interface ImportSnapshot {
  readonly orders: readonly KnownOrder[];
  readonly items: readonly KnownItem[];
  readonly products: readonly KnownProduct[];
}

/** An order the database holds. */
export interface KnownOrder {
  readonly id: bigint;
  readonly pk: bigint;
  readonly number: string;
  readonly state: OrderState;
  readonly remoteModifiedAt: Date;
  readonly payload: JsonObject;
}

/** An order item the database holds. */
export interface KnownItem {
  readonly pk: bigint;
  readonly orderPk: bigint;
  readonly sku: string;
  readonly quantity: number;
  /** A live package holds units of it. */
  readonly isPlanned: boolean;
  /** Its order has been planned, whether or not this item was part of that. */
  readonly orderIsPlanned: boolean;
}

/** A product the database holds. */
export interface KnownProduct {
  readonly sku: string;
  /** Null where only the inventory side has named it so far. */
  readonly pk: bigint | null;
}
