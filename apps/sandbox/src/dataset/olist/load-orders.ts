import { LIFECYCLE_STATUSES, toLifecycle } from "../lifecycle.ts";
import type { Location, Order, OrderItem, Product } from "../dataset.ts";
import { readTable } from "./read-table.ts";

/**
 * Every order, in the sort that gives it its pk: by (approval or, where that is empty, purchase; number).
 * The dataset's later dates contradict each other at times (delivered before handed over); a lifecycle has them in order.
 */
export async function loadOrders(folder: string, sold: Sellable): Promise<Order[]> {
  const heads = await loadHeads(folder, await loadCustomers(folder));
  const payments = await loadPayments(folder, heads);
  const items = await loadItems(folder, heads, sold);
  const sorted = [...heads.values()].sort(
    (left, right) => left.modifiedMs - right.modifiedMs || (left.number < right.number ? -1 : 1),
  );
  let itemPk = 0;
  return sorted.map((head, index) => {
    const rows = items.get(head.number) ?? [];
    const payment = payments.get(head.number) ?? null;
    return Object.assign(head, {
      pk: index + 1,
      amountCents: amountOf(rows, payment),
      paymentType: payment?.type ?? null,
      cargoCompany: null,
      shippingOption: null,
      items: rows.map(({ item }) => Object.assign(item, { pk: (itemPk += 1) })),
    });
  });
}

export interface Sellable {
  readonly products: ReadonlyMap<string, Product>;
  readonly sellers: ReadonlyMap<string, Location>;
}

interface Customer {
  /** Position of the person among all; `customer_id` is one per order. */
  readonly pk: number;
  readonly address: Order["address"];
}

/** By `customer_id`, which is what orders refer to. */
async function loadCustomers(folder: string): Promise<Map<string, Customer>> {
  const rows = [];
  const columns = ["customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"];
  for await (const row of readTable(folder, "customers", columns)) {
    rows.push({
      customerId: row.id("customer_id"),
      person: row.id("customer_unique_id"),
      address: {
        country: "BR",
        state: row.text("customer_state"),
        city: row.text("customer_city"),
        district: null,
        postcode: row.text("customer_zip_code_prefix"),
      },
    });
  }
  const people = [...new Set(rows.map(({ person }) => person))].sort();
  const pks = new Map(people.map((person, index) => [person, index + 1]));
  return new Map(rows.map(({ customerId, person, address }) => [customerId, { pk: pks.get(person)!, address }]));
}

type OrderHead = Pick<Order, "number" | "placedMs" | "modifiedMs" | "customer" | "address" | "lifecycle">;

async function loadHeads(folder: string, customers: ReadonlyMap<string, Customer>): Promise<Map<string, OrderHead>> {
  const heads = new Map<string, OrderHead>();
  const columns = [
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
  ];
  for await (const row of readTable(folder, "orders", columns)) {
    const number = row.id("order_id");
    if (heads.has(number)) row.refuse("order_id", "an earlier row has it already");
    const placedMs = row.instantMs("order_purchase_timestamp");
    const modifiedMs = row.instantMsOrNull("order_approved_at") ?? placedMs;
    const { pk, address } = row.reference("customer_id", customers, "customers");
    heads.set(number, {
      number,
      placedMs,
      modifiedMs,
      customer: { pk, type: "registered" },
      address,
      lifecycle: toLifecycle(
        row.word("order_status", LIFECYCLE_STATUSES),
        modifiedMs,
        row.instantMsOrNull("order_delivered_carrier_date"),
        row.instantMsOrNull("order_delivered_customer_date"),
      ),
    });
  }
  return heads;
}

interface Payment {
  readonly paidCents: number;
  /** Of the largest part: an order may be paid by card and several vouchers. */
  readonly type: string;
}

async function loadPayments(folder: string, orders: ReadonlyMap<string, unknown>): Promise<Map<string, Payment>> {
  const byOrder = new Map<string, Payment & { readonly largestCents: number }>();
  for await (const row of readTable(folder, "order_payments", ["order_id", "payment_type", "payment_value"])) {
    row.reference("order_id", orders, "orders");
    const number = row.id("order_id");
    const cents = row.cents("payment_value");
    const earlier = byOrder.get(number) ?? { paidCents: 0, largestCents: -1, type: "" };
    const isLargest = cents > earlier.largestCents;
    byOrder.set(number, {
      paidCents: earlier.paidCents + cents,
      largestCents: isLargest ? cents : earlier.largestCents,
      type: isLargest ? row.text("payment_type") : earlier.type,
    });
  }
  return byOrder;
}

interface ItemRow {
  readonly position: number;
  readonly freightCents: number;
  readonly item: Omit<OrderItem, "pk">;
}

async function loadItems(
  folder: string,
  heads: ReadonlyMap<string, OrderHead>,
  { products, sellers }: Sellable,
): Promise<Map<string, ItemRow[]>> {
  const byOrder = new Map<string, ItemRow[]>();
  const columns = ["order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value"];
  for await (const row of readTable(folder, "order_items", columns)) {
    const { number } = row.reference("order_id", heads, "orders");
    const rows = byOrder.get(number) ?? [];
    rows.push({
      position: row.count("order_item_id"),
      freightCents: row.cents("freight_value"),
      item: {
        quantity: 1,
        priceCents: row.cents("price"),
        product: row.reference("product_id", products, "products"),
        erpCode: row.reference("seller_id", sellers, "sellers").erpCode,
      },
    });
    byOrder.set(number, rows);
  }
  for (const rows of byOrder.values()) rows.sort((left, right) => left.position - right.position);
  return byOrder;
}

/** What was paid, which is not always price + freight; that where no payment is known. */
function amountOf(rows: readonly ItemRow[], payment: Payment | null): number {
  return payment?.paidCents ?? rows.reduce((sum, { item, freightCents }) => sum + item.priceCents + freightCents, 0);
}
