import { parseMinorUnits } from "@drumline/core/money";
import type { JsonObject } from "@drumline/core/task";
import { z } from "zod";

import {
  instant,
  InvalidRecord,
  jsonObject,
  longText,
  measure,
  parseRecord,
  pk,
  text,
  wordOrNull,
} from "@drumline/outbound/records";
import { parseOrderState } from "./order-status.ts";
import { MOST_LINES, MOST_UNITS, type RemoteItem, type RemoteOrder } from "./port.ts";

const status = text.transform((code, context) => {
  try {
    return { code, state: parseOrderState(code) };
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});

const itemSchema = z.object({
  pk,
  status,
  quantity: z.int().min(1).max(MOST_UNITS),
  price: text,
  product: z.object({ pk, sku: text, name: longText, barcode: wordOrNull }),
  attributes_kwargs: jsonObject,
});

const orderSchema = z.object({
  pk,
  number: text,
  status,
  channel: z.object({ pk, name: text }),
  currency: text,
  amount: text,
  date_placed: instant,
  modified_date: instant,
  payment_type: wordOrNull,
  cargo_company: wordOrNull,
  shipping_option_slug: wordOrNull,
  customer: z.object({ type: text }),
  shipping_address: z.object({
    country: wordOrNull,
    state: wordOrNull,
    city: wordOrNull,
    district: wordOrNull,
    postcode: wordOrNull,
    latitude: measure(),
    longitude: measure(),
  }),
  orderitem_set: z.array(itemSchema).max(MOST_LINES),
});

/** An order as Omnitron sends it. Throws `InvalidRecord`. Fields we do not use are ignored. */
export function parseOrder(raw: JsonObject): RemoteOrder {
  const order = parseRecord(orderSchema, raw);
  const items = order.orderitem_set.map((item) => toItem(item, order.currency));
  if (new Set(items.map((item) => item.pk)).size < items.length)
    throw new InvalidRecord("orderitem_set: the same pk stands twice in it");
  return {
    pk: order.pk,
    number: order.number,
    state: order.status.state,
    status: order.status.code,
    channel: order.channel,
    currency: order.currency,
    amountMinor: named("amount", () => parseMinorUnits(order.amount, order.currency)),
    placedAt: order.date_placed,
    modifiedAt: order.modified_date,
    paymentType: order.payment_type,
    cargoCompany: order.cargo_company,
    shippingOption: order.shipping_option_slug,
    customerType: order.customer.type,
    address: order.shipping_address,
    items,
  };
}

function toItem(item: z.output<typeof itemSchema>, currency: string): RemoteItem {
  return {
    pk: item.pk,
    state: item.status.state,
    quantity: item.quantity,
    priceMinor: named(`orderitem_set ${item.pk} price`, () => parseMinorUnits(item.price, currency)),
    product: item.product,
    attributes: item.attributes_kwargs,
  };
}

function named<Value>(field: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new InvalidRecord(`${field}: ${(error as Error).message}`);
  }
}
