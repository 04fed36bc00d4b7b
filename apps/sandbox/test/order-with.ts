import type { Order } from "../src/dataset/dataset.ts";

/** An order of which only the lifecycle matters. */
export const orderWith = (lifecycle: Order["lifecycle"], number = "n1"): Order => ({
  pk: 1,
  number,
  amountCents: 1,
  placedMs: 0,
  modifiedMs: 0,
  paymentType: null,
  cargoCompany: null,
  shippingOption: null,
  customer: { pk: 1, type: "guest" },
  address: { country: "BR", state: "SP", city: "campinas", district: null, postcode: "1" },
  items: [],
  lifecycle,
});
