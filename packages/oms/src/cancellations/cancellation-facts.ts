import type { PackageState, ShipmentStatus, TransferState } from "../states/index.ts";

/** A plan with what is left to do of it, and where the units of its order are. */
export interface CancellationFacts {
  readonly planId: bigint;
  /** Omnitron's; null where the plan follows from a change of the order itself. */
  readonly pk: bigint | null;
  readonly type: "CANCEL" | "REFUND";
  readonly attempts: number;
  readonly orderNumber: string;
  /** Null while the order has not arrived. */
  readonly orderId: bigint | null;
  readonly wishes: readonly Wish[];
  /** What other plans of the order still want: two that empty a packed package together are carried out together. */
  readonly otherWishes: readonly Wish[];
  readonly items: readonly OrderItemFacts[];
  readonly packages: readonly PackageFacts[];
}

/** Units of an order item that are to be cancelled. */
export interface Wish {
  readonly id: bigint;
  readonly itemPk: bigint;
  /** Null for an item the order does not have. */
  readonly orderItemId: bigint | null;
  readonly quantity: number;
  readonly done: number;
  readonly isOpen: boolean;
  readonly reason: string | null;
}

/** An order item, in units. */
export interface OrderItemFacts {
  readonly id: bigint;
  readonly quantity: number;
  readonly cancelled: number;
  /** Units already taken back after shipping. */
  readonly returned: number;
}

/** An order item with what is going on about it. */
export interface ChangeableItem extends OrderItemFacts {
  /** Units that plans which are not decided yet want cancelled. */
  readonly pending: number;
  /** A plan that follows from the order itself has taken units of it back, or is about to. */
  readonly isWithdrawn: boolean;
  /** Units that such plans have cancelled. */
  readonly withdrawn: number;
}

/** What an order's units are, and where. */
export interface OrderFacts {
  readonly items: readonly ChangeableItem[];
  readonly packages: readonly PackageFacts[];
}

/** A package that is not cancelled. */
export interface PackageFacts {
  readonly id: bigint;
  readonly number: string;
  readonly state: PackageState;
  readonly stateBefore: PackageState | null;
  readonly items: readonly PackageItemFacts[];
  readonly shipment: ParcelFacts | null;
  /** Those not arrived and not cancelled. */
  readonly transfers: readonly TransferFacts[];
}

/** An item of a package, in units. */
export interface PackageItemFacts {
  readonly id: bigint;
  readonly orderItemId: bigint;
  readonly quantity: number;
  /** Of these, units reserved at the package's own location; none unless given. */
  readonly reserved?: number;
}

/** A parcel at a carrier. */
export interface ParcelFacts {
  readonly id: bigint;
  readonly status: ShipmentStatus;
  readonly carrierCode: string;
  readonly trackingNumber: string | null;
  /** Somebody is announcing or polling it just now. */
  readonly isBusy: boolean;
}

/** A transfer that a package waits for. */
export interface TransferFacts {
  readonly id: bigint;
  readonly state: TransferState;
  /** None unless given. */
  readonly parcel?: ParcelFacts | null;
}
