import type { Order } from "../src/world/world.ts";

/** An order of which only the fate matters. */
export const orderWith = (fate: Order["fate"], number = "n1"): Order => ({
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
  fate,
});
