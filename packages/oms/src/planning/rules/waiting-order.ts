import type { JsonObject } from "@drumline/core/task";

import type { Place } from "../../gateways/omnitron/port.ts";

/** What made an order be planned. */
export type PlanningTrigger = "NEW" | "REPLAN" | "OOS_RETRY" | "MANUAL";

/** An order (or what is left of it) that wants to be put into packages. */
export interface WaitingOrder {
  readonly id: bigint;
  readonly number: string;
  /** Omnitron's id of the channel. */
  readonly channel: number;
  readonly shippingOption: string | null;
  readonly paymentType: string | null;
  readonly customerType: string | null;
  readonly address: Place;
  /** Packages it ever had, so that the next one gets a number of its own. */
  readonly packagesSoFar: number;
  /** Why it is planned. */
  readonly trigger: PlanningTrigger;
  /** Planning attempts made before this one. */
  readonly attemptsSoFar: number;
  /** A package of an earlier attempt still waits for stock or a decision. */
  readonly hasOpenShortfall: boolean;
  readonly lines: readonly WaitingLine[];
}

/** An order item with the units that no live package holds yet. */
export interface WaitingLine {
  readonly orderItemId: bigint;
  readonly productId: bigint;
  readonly sku: string;
  /** Units to place; 0 for an item that is cancelled or already in packages. */
  readonly wanted: number;
  readonly attributes: JsonObject;
  /** Locations that failed this item before; they are not tried again for this order for now. */
  readonly excludedLocationIds: readonly bigint[];
}
