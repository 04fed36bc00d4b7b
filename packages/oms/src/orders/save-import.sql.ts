import { Prisma, type Transaction } from "@drumline/db";

import type { RemoteItem, RemoteOrder } from "../gateways/omnitron/port.ts";
import type { OrderState } from "../states/index.ts";
import type { TakenItem, TakenOrder } from "./plan-import.ts";

// Rows go in by their unique key, so that two transactions that meet on some of them wait instead of deadlocking.

export async function saveChannels(tx: Transaction, channels: readonly RemoteOrder["channel"][]): Promise<void> {
  const rows = [...new Map(channels.map(({ pk, name }) => [pk, { pk: String(pk), name }])).values()];
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO channel (omnitron_id, name)
    SELECT pk, name FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(pk bigint, name text) ORDER BY pk
    ON CONFLICT (omnitron_id) DO UPDATE SET name = excluded.name WHERE channel.name <> excluded.name`);
}

/**
 * New products in, changed ones changed, the others not touched: an upsert would lock every product of the page against
 * the foreign keys that planners are taking on it, and the two would end in a deadlock.
 */
export async function saveProducts(tx: Transaction, products: readonly RemoteItem["product"][]): Promise<void> {
  const rows = [...new Map(products.map((product) => [product.sku, { ...product, pk: String(product.pk) }])).values()];
  const incoming = Prisma.sql`
    jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(sku text, pk bigint, name text, barcode text)`;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO product (sku, omnitron_id, name, barcode)
    SELECT sku, pk, name, barcode FROM ${incoming}
    WHERE NOT EXISTS (SELECT FROM product WHERE product.sku = incoming.sku)
    ORDER BY sku
    ON CONFLICT (sku) DO NOTHING`);
  await tx.$executeRaw(Prisma.sql`
    WITH changed AS MATERIALIZED (
      SELECT product.id, incoming.name, incoming.barcode FROM product JOIN ${incoming} USING (sku)
      WHERE (product.name, product.barcode) IS DISTINCT FROM (incoming.name, incoming.barcode)
      ORDER BY product.id FOR NO KEY UPDATE OF product
    )
    UPDATE product SET name = changed.name, barcode = changed.barcode FROM changed WHERE product.id = changed.id`);
  await tx.$executeRaw(Prisma.sql`
    WITH changed AS MATERIALIZED (
      SELECT product.id, incoming.pk FROM product JOIN ${incoming} USING (sku)
      WHERE product.omnitron_id IS DISTINCT FROM incoming.pk
      ORDER BY product.id FOR UPDATE OF product
    )
    UPDATE product SET omnitron_id = changed.pk FROM changed WHERE product.id = changed.id`);
}

/** What became of an order. */
export interface SavedOrder {
  readonly id: bigint;
  readonly state: OrderState;
}

/** By Omnitron's pk. The plan has decided already that each is new or newer; the guard says it once more. */
export async function saveOrders(
  tx: Transaction,
  taken: readonly TakenOrder[],
  at: Date,
): Promise<ReadonlyMap<bigint, SavedOrder>> {
  const rows = taken.map(({ order, payload, state }) => ({
    pk: String(order.pk),
    number: order.number,
    channel: String(order.channel.pk),
    state,
    remote_status: order.status,
    currency: order.currency,
    amount_minor: String(order.amountMinor),
    payment_type: order.paymentType,
    cargo_company: order.cargoCompany,
    shipping_option: order.shippingOption,
    customer_type: order.customerType,
    address: order.address,
    placed_at: order.placedAt,
    remote_modified_at: order.modifiedAt,
    payload,
  }));
  const saved = await tx.$queryRaw<(SavedOrder & { pk: bigint })[]>(Prisma.sql`
    INSERT INTO orders (
      omnitron_id, number, channel_id, state, remote_status, currency, amount_minor, payment_type, cargo_company,
      shipping_option, customer_type, address, placed_at, remote_modified_at, payload, created_at, updated_at)
    SELECT incoming.pk, number, channel.id, state, remote_status, currency, amount_minor, payment_type, cargo_company,
      shipping_option, customer_type, address, placed_at, remote_modified_at, payload, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(
      pk bigint, number text, channel bigint, state order_state, remote_status text, currency text, amount_minor bigint,
      payment_type text, cargo_company text, shipping_option text, customer_type text, address jsonb,
      placed_at timestamptz, remote_modified_at timestamptz, payload jsonb)
    JOIN channel ON channel.omnitron_id = incoming.channel
    ORDER BY incoming.pk
    ON CONFLICT (omnitron_id) DO UPDATE SET
      number = excluded.number, channel_id = excluded.channel_id,
      state = excluded.state,
      remote_status = excluded.remote_status, currency = excluded.currency, amount_minor = excluded.amount_minor,
      payment_type = excluded.payment_type, cargo_company = excluded.cargo_company,
      shipping_option = excluded.shipping_option, customer_type = excluded.customer_type, address = excluded.address,
      placed_at = excluded.placed_at, remote_modified_at = excluded.remote_modified_at, payload = excluded.payload,
      updated_at = excluded.updated_at
      WHERE orders.remote_modified_at <= excluded.remote_modified_at
    RETURNING id, omnitron_id AS pk, state::text AS state`);
  return new Map(saved.map(({ pk, ...order }) => [pk, order]));
}

export async function saveOrderItems(tx: Transaction, items: readonly TakenItem[]): Promise<void> {
  const rows = items.map(({ orderPk, item, sku, quantity, state }) => ({
    pk: String(item.pk),
    order_pk: String(orderPk),
    sku,
    quantity,
    state,
    price_minor: String(item.priceMinor),
    attributes: item.attributes,
  }));
  // A quantity never goes below what is cancelled of it already.
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO order_item (omnitron_id, order_id, product_id, quantity, state, price_minor, attributes)
    SELECT incoming.pk, orders.id, product.id, quantity, incoming.state, price_minor, attributes
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(
      pk bigint, order_pk bigint, sku text, quantity int, state order_state, price_minor bigint, attributes jsonb)
    JOIN orders ON orders.omnitron_id = incoming.order_pk
    JOIN product ON product.sku = incoming.sku
    ORDER BY incoming.pk
    ON CONFLICT (omnitron_id) DO UPDATE SET
      product_id = excluded.product_id, quantity = greatest(excluded.quantity, order_item.cancelled_quantity),
      state = excluded.state, price_minor = excluded.price_minor, attributes = excluded.attributes`);
}

export async function cancelItems(tx: Transaction, pks: readonly bigint[]): Promise<void> {
  if (pks.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_item SET state = 'CANCELLED' WHERE omnitron_id = ANY(${[...pks]}::bigint[])`);
}
