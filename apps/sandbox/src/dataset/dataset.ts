/** What the outside systems know, as plain data, read from the Olist files or generated. Money in cents, time in epoch ms. */
export interface Dataset {
  /** Tells datasets apart, so that a saved clock is not taken for another one's. */
  readonly name: string;
  /** Where the virtual clock starts. */
  readonly startsAtMs: number;
  /** Virtual days per real second unless told otherwise. */
  readonly defaultSpeed: number;
  /** By pk. */
  readonly locations: readonly Location[];
  /** Every product by SKU, with what is physically there at each location that carries it. */
  readonly stock: ReadonlyMap<string, readonly StockLine[]>;
  /** When the product is first wanted, and so when a shortage of it is felt. */
  readonly firstWantedMs: (sku: string) => number;
  readonly orders: OrderSource;
}

/** Every order there will ever be, in one fixed sort: by instant of change, then number. `pk` is position + 1. */
export interface OrderSource {
  /** Null: the stream never ends. */
  readonly total: number | null;
  /** Orders modified at or before the instant. */
  countUntil(instantMs: number): number;
  modifiedMsAt(position: number): number;
  at(position: number): Order;
  positionOf(number: string): number | null;
}

export interface Order {
  readonly pk: number;
  readonly number: string;
  readonly amountCents: number;
  readonly placedMs: number;
  readonly modifiedMs: number;
  readonly paymentType: string | null;
  readonly cargoCompany: string | null;
  readonly shippingOption: string | null;
  readonly customer: { readonly pk: number; readonly type: "registered" | "guest" };
  readonly address: Address & { readonly postcode: string };
  readonly items: readonly OrderItem[];
  readonly lifecycle: Lifecycle;
}

/** What becomes of an order once it is placed; instants never run backwards, whatever the source said. */
export interface Lifecycle {
  readonly status: "delivered" | "shipped" | "canceled" | "unavailable" | "invoiced" | "processing";
  /** The carrier takes it over. */
  readonly handedOverMs: number | null;
  readonly deliveredMs: number | null;
}

export interface OrderItem {
  readonly pk: number;
  readonly quantity: number;
  readonly priceCents: number;
  readonly product: Product;
  /** The location that sold it. */
  readonly erpCode: string;
}

export interface Product {
  readonly pk: number;
  readonly sku: string;
  readonly name: string;
  readonly barcode: string | null;
}

export interface StockLine {
  readonly erpCode: string;
  readonly quantity: number;
}

export interface Address {
  readonly country: string;
  readonly state: string;
  readonly city: string;
  readonly district: string | null;
}

export interface Location {
  readonly pk: number;
  readonly erpCode: string;
  readonly name: string;
  readonly type: "WAREHOUSE" | "STORE";
  readonly priority: number;
  readonly address: Address & { readonly latitude: number | null; readonly longitude: number | null };
}

/** The default location of every dataset: first in priority, and never with stock of its own. */
export const centralLocation: Location = {
  pk: 1,
  erpCode: "central",
  name: "Central warehouse",
  type: "WAREHOUSE",
  priority: 0,
  address: { country: "BR", state: "SP", city: "sao paulo", district: null, latitude: -23.5505, longitude: -46.6333 },
};

export const SELLER_PRIORITY = 100;
