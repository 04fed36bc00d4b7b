import type { WireItem, WireOrder } from "./wire.ts";

export const itemWith = (change: Partial<WireItem> = {}): WireItem => ({
  pk: 10,
  status: "400",
  quantity: 1,
  price: "5.00",
  product: { pk: 1, sku: "A", name: "a", barcode: null },
  attributes_kwargs: { seller: "seller-001" },
  ...change,
});

export const orderWith = (change: Partial<WireOrder> = {}): WireOrder => ({
  pk: 1,
  number: "SB1",
  status: "400",
  modified_date: "2025-01-06T11:00:00.000Z",
  shipping_option_slug: "standard",
  shipping_address: { city: "recife", postcode: "50000-000" },
  orderitem_set: [itemWith()],
  ...change,
});
