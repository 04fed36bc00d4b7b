import type { ServedOrder, Order, OrderItem } from "../dataset/index.ts";

/** Omnitron's code for an approved order, the only kind the sandbox shows. */
const APPROVED = "400";
const CHANNEL = { pk: 1, name: "olist" };

/** An order as Omnitron sends it: amounts are decimal strings, dates ISO 8601 with offset. */
export function toOmnitronOrder({ order, patch }: ServedOrder): Record<string, unknown> {
  return { ...toWire(order), ...patch };
}

function toWire(order: Order): Record<string, unknown> {
  return {
    pk: order.pk,
    number: order.number,
    status: APPROVED,
    channel: CHANNEL,
    currency: "BRL",
    amount: toDecimal(order.amountCents),
    date_placed: toIso(order.placedMs),
    modified_date: toIso(order.modifiedMs),
    payment_type: order.paymentType,
    cargo_company: order.cargoCompany,
    shipping_option_slug: order.shippingOption,
    customer: order.customer,
    shipping_address: order.address,
    orderitem_set: order.items.map(toWireItem),
  };
}

function toWireItem({ pk, quantity, priceCents, product, erpCode }: OrderItem): Record<string, unknown> {
  return {
    pk,
    status: APPROVED,
    quantity,
    price: toDecimal(priceCents),
    product,
    attributes_kwargs: { seller: erpCode },
  };
}

function toDecimal(cents: number): string {
  return (cents / 100).toFixed(2);
}

function toIso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
