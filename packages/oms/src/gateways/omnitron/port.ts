import type { JsonObject, JsonValue } from "@drumline/core/task";
import type { enums } from "@drumline/db";

/** More units of one item, or in one place, are a mistake of the sender; it also keeps sums within Postgres' integer. */
export const MOST_UNITS = 1_000_000;

/** Lines of one order or plan: an order is planned in one step, which must not hold up the process. */
export const MOST_LINES = 2_000;

/** Omnitron, the order hub: where orders, stock locations and cancellations come from. Every call throws the errors of outbound/http. */
export interface OmnitronGateway {
  /** Orders changed after a position, the oldest change first. */
  readOrders(after: OrderPosition, limit: number, signal: AbortSignal): Promise<OrderPage>;
  /** Cancellation plans changed after a position, the oldest change first. */
  readCancellationPlans(after: OrderPosition, limit: number, signal: AbortSignal): Promise<CancellationPage>;
  /** Tells it something, under a key by which it knows a repetition. */
  tell(path: string, body: JsonObject, eventId: string, signal: AbortSignal): Promise<void>;
  /** Stock locations by pk. */
  readStockLocations(afterPk: number, limit: number, signal: AbortSignal): Promise<LocationPage>;
}

/** A keyset position. `modifiedDate` stays the text Omnitron sent: its clock may be finer than ours. */
export interface OrderPosition {
  readonly modifiedDate: string;
  readonly pk: number;
}

/** Records in the order of their change. */
export interface UpdatesPage<Value> {
  readonly records: readonly Reading<Value>[];
  /** Of the last record that says where it stands; null for an empty page. */
  readonly end: OrderPosition | null;
  readonly hasMore: boolean;
}

export type OrderPage = UpdatesPage<RemoteOrder>;
export type CancellationPage = UpdatesPage<RemoteCancellationPlan>;

/** Stock locations in the order of their pk. */
export interface LocationPage {
  readonly records: readonly Reading<RemoteLocation>[];
  readonly endPk: number | null;
  readonly hasMore: boolean;
}

/** A place on the map; any part may be unknown. */
export interface Place {
  readonly country: string | null;
  readonly state: string | null;
  readonly city: string | null;
  readonly district: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** One record of a page: read, or bad on its own account while the others are good. */
export type Reading<Value> =
  | { readonly ok: true; readonly remoteId: string; readonly value: Value; readonly payload: JsonObject }
  | { readonly ok: false; readonly remoteId: string; readonly error: string; readonly payload: JsonValue };

/** An order as Omnitron has it. */
export interface RemoteOrder {
  readonly pk: bigint;
  readonly number: string;
  readonly state: enums.OrderState;
  /** Omnitron's own code. */
  readonly status: string;
  readonly channel: { readonly pk: bigint; readonly name: string };
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly placedAt: Date;
  readonly modifiedAt: Date;
  readonly paymentType: string | null;
  readonly cargoCompany: string | null;
  readonly shippingOption: string | null;
  readonly customerType: string;
  readonly address: Place & { readonly postcode: string | null };
  readonly items: readonly RemoteItem[];
}

/** What Omnitron wants cancelled of an order. */
export interface RemoteCancellationPlan {
  readonly pk: bigint;
  readonly orderNumber: string;
  readonly type: "CANCEL" | "REFUND";
  /** Omnitron's word for where it stands. */
  readonly status: string;
  /** False for one that was decided already, whoever decided it. */
  readonly isWaiting: boolean;
  readonly modifiedAt: Date;
  /** Each item once. */
  readonly items: readonly { readonly itemPk: bigint; readonly quantity: number }[];
}

/** A line of an order. */
export interface RemoteItem {
  readonly pk: bigint;
  readonly state: enums.OrderState;
  readonly quantity: number;
  readonly priceMinor: bigint;
  readonly product: {
    readonly pk: bigint;
    readonly sku: string;
    readonly name: string;
    readonly barcode: string | null;
  };
  readonly attributes: JsonObject;
}

/** A stock location as Omnitron has it. */
export interface RemoteLocation extends Place {
  readonly pk: bigint;
  readonly erpCode: string;
  readonly name: string;
  readonly type: string;
  readonly priority: number;
  readonly maxQuota: number | null;
  readonly isActive: boolean;
  readonly isFulfillmentCenter: boolean;
}
