import type { PackageState, ShipmentStatus, TransferState } from "../states/index.ts";

/** A plan with what is left to do of it, and where the units of its order are. */
export interface CancellationFacts {
  readonly planId: bigint;
  readonly pk: bigint;
  readonly type: "CANCEL" | "REFUND";
  readonly attempts: number;
  readonly orderNumber: string;
  /** Null while the order has not arrived. */
  readonly orderId: bigint | null;
  readonly wishes: readonly Wish[];
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

/** A package that is not cancelled. */
export interface PackageFacts {
  readonly id: bigint;
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
