/** An order as Omnitron sends it; what life looks at. */
export interface WireOrder extends Readonly<Record<string, unknown>> {
  readonly pk: number;
  readonly number: string;
  readonly status: string;
  readonly modified_date: string;
  readonly shipping_option_slug: string | null;
  readonly shipping_address: Readonly<Record<string, unknown>>;
  readonly orderitem_set: readonly WireItem[];
}

export interface WireItem {
  readonly pk: number;
  readonly status: string;
  readonly quantity: number;
  readonly price: string;
  readonly product: WireProduct;
  readonly attributes_kwargs: Readonly<Record<string, unknown>>;
}

export interface WireProduct {
  readonly pk: number;
  readonly sku: string;
  readonly name: string;
  readonly barcode: string | null;
}

/** Omnitron's codes that life gives. */
export const APPROVED = "400";
export const CANCELLATION_WAITING = "50";
export const CANCELLED = "100";
export const REFUNDED = "600";
