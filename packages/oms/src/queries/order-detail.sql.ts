import { type Database, enums, Prisma } from "@drumline/db";
import { z } from "zod";

import { orderSummarySchema, type OrderSummary, loadSummaries, shipmentIdsOf } from "./orders.sql.ts";
import { loadPackages, packageSchema, toId, toInstantText } from "./packages.sql.ts";
import { loadTransfers, transferSchema } from "./transfers.sql.ts";

const itemSchema = z.object({
  orderItemId: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  cancelled: z.int(),
  state: z.enum(enums.OrderState),
  priceMinor: z.string(),
  where: z
    .array(
      z.object({
        package: z.string(),
        location: z.string().describe("ERP code."),
        state: z.enum(enums.PackageState),
        units: z.int(),
        transfer: z
          .object({ number: z.string(), source: z.string(), state: z.enum(enums.TransferState), units: z.int() })
          .nullable()
          .describe("What of them comes from another location."),
      }),
    )
    .readonly(),
  unplaced: z.int().describe("Wanted, and in no live package."),
});

const shipmentSchema = z.object({
  id: z.string(),
  of: z.string().describe("Number of the package or the transfer."),
  carrier: z.string(),
  trackingNumber: z.string().nullable(),
  status: z.enum(enums.ShipmentStatus),
  rawStatus: z.string().nullable(),
  createdAt: z.iso.datetime(),
  shippedAt: z.iso.datetime().nullable(),
  deliveredAt: z.iso.datetime().nullable(),
  nextPollAt: z.iso.datetime(),
  pollError: z.string().nullable(),
});

/** One order with all that is known of it; the SQL below answers exactly this. */
export const orderDetailSchema = orderSummarySchema
  .extend({
    omnitronId: z.string(),
    paymentType: z.string().nullable(),
    shippingOption: z.string().nullable(),
    cargoCompany: z.string().nullable(),
    country: z.string().nullable(),
    city: z.string().nullable(),
    receivedAt: z.iso.datetime(),
    scenario: z.string().nullable().describe("That of the last attempt."),
    items: z.array(itemSchema).readonly(),
    packageDetails: z.array(packageSchema).readonly(),
    transfers: z.array(transferSchema).readonly(),
    shipments: z.array(shipmentSchema).readonly(),
    planAttempts: z
      .array(
        z.object({
          no: z.int(),
          at: z.iso.datetime().nullable(),
          trigger: z.string(),
          outcome: z.string(),
          scenario: z.string().nullable(),
          runId: z.string().nullable(),
          shortUnits: z.int(),
        }),
      )
      .readonly()
      .describe("Those that are kept; the first ones of many are not."),
    cancellationPlans: z
      .array(
        z.object({
          id: z.string(),
          type: z.string(),
          status: z.string(),
          units: z.int(),
          lastError: z.string().nullable(),
        }),
      )
      .readonly(),
  })
  .meta({ id: "OmsOrder" });

export type OrderDetail = z.output<typeof orderDetailSchema>;

/** Parts of one order that are shown, at most; an order of more is one of a test. */
const MOST_PARTS = 500;

type OwnFacts = Omit<OrderDetail, keyof OrderSummary | "packageDetails" | "transfers">;

/** By id or number; null where there is none. A number that looks like an id comes first. */
export async function loadOrder(db: Database, idOrNumber: string): Promise<OrderDetail | null> {
  const [hit] = await db.$queryRaw<{ id: bigint; number: string }[]>(Prisma.sql`
    SELECT id, number FROM orders WHERE number = ${idOrNumber} OR id = ${toId(idOrNumber)}
    ORDER BY number = ${idOrNumber} DESC LIMIT 1`);
  if (hit === undefined) return null;
  const of = { orderNumber: hit.number };
  const [[summary], facts, packageDetails, transfers] = await Promise.all([
    loadSummaries(db, [hit.id]),
    loadFacts(db, hit.id),
    loadPackages(db, of, null, MOST_PARTS),
    loadTransfers(db, of, null, MOST_PARTS),
  ]);
  return summary === undefined ? null : { ...summary, ...facts, packageDetails, transfers };
}

async function loadFacts(db: Database, id: bigint): Promise<OwnFacts> {
  const [row] = await db.$queryRaw<[{ facts: OwnFacts }]>(Prisma.sql`
    SELECT jsonb_build_object(
      'omnitronId', orders.omnitron_id::text, 'paymentType', payment_type, 'shippingOption', shipping_option,
      'cargoCompany', cargo_company, 'country', address ->> 'country', 'city', address ->> 'city',
      'receivedAt', ${toInstantText(Prisma.sql`orders.created_at`)},
      'scenario', plan.context -> 'attempts' -> -1 ->> 'scenario',
      'items', ${ITEMS}, 'shipments', ${SHIPMENTS}, 'planAttempts', ${ATTEMPTS},
      'cancellationPlans', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', cancellation.id::text, 'type', type, 'status', status,
          'lastError', last_error, 'units', (
            SELECT coalesce(sum(quantity), 0) FROM cancellation_plan_item WHERE plan_id = cancellation.id)) ORDER BY cancellation.id)
        FROM cancellation_plan cancellation WHERE cancellation.order_id = orders.id), '[]')) AS facts
    FROM orders LEFT JOIN order_execution_plan plan ON plan.order_id = orders.id
    WHERE orders.id = ${id}`);
  return row.facts;
}

const ITEMS = Prisma.sql`coalesce((
  SELECT jsonb_agg(jsonb_build_object(
    'orderItemId', item.id::text, 'sku', product.sku, 'name', product.name, 'quantity', item.quantity,
    'cancelled', item.cancelled_quantity, 'state', item.state, 'priceMinor', item.price_minor::text,
    'where', coalesce(placed.list, '[]'),
    'unplaced', CASE
      WHEN item.state IN ('CANCELLATION_WAITING', 'CANCELLED', 'REFUNDED', 'INACTIVE') THEN 0
      ELSE greatest(0, item.quantity - item.cancelled_quantity - coalesce(placed.units, 0)) END) ORDER BY item.id)
  FROM order_item item
  JOIN product ON product.id = item.product_id
  LEFT JOIN LATERAL (
    SELECT sum(inside.quantity) AS units, jsonb_agg(jsonb_build_object(
      'package', package.number, 'location', location.erp_code, 'state', package.state, 'units', inside.quantity,
      'transfer', (
        SELECT jsonb_build_object('number', transfer.number, 'source', source.erp_code, 'state', transfer.state,
          'units', moved.quantity)
        FROM transfer_item moved
        JOIN transfer_order transfer ON transfer.id = moved.transfer_order_id
        JOIN stock_location source ON source.id = transfer.source_id
        WHERE moved.package_item_id = inside.id ORDER BY transfer.id DESC LIMIT 1)) ORDER BY package.id) AS list
    FROM package_item inside
    JOIN package ON package.id = inside.package_id
    JOIN stock_location location ON location.id = package.location_id
    WHERE inside.order_item_id = item.id AND inside.state <> 'CANCELLED' AND package.state <> 'CANCELLED') placed ON true
  WHERE item.order_id = orders.id), '[]')`;

const SHIPMENTS = Prisma.sql`coalesce((
  SELECT jsonb_agg(jsonb_build_object(
    'id', shipment.id::text, 'of', coalesce(package.number, transfer.number), 'carrier', carrier_code,
    'trackingNumber', tracking_number, 'status', shipment.status, 'rawStatus', raw_status,
    'createdAt', ${toInstantText(Prisma.sql`shipment.created_at`)}, 'shippedAt', ${toInstantText(Prisma.sql`shipped_at`)},
    'deliveredAt', ${toInstantText(Prisma.sql`delivered_at`)}, 'nextPollAt', ${toInstantText(Prisma.sql`next_poll_at`)},
    'pollError', poll_error) ORDER BY shipment.id)
  FROM shipment
  LEFT JOIN package ON package.id = shipment.package_id
  LEFT JOIN transfer_order transfer ON transfer.id = shipment.transfer_order_id
  WHERE shipment.id IN (${shipmentIdsOf(Prisma.sql`orders`)})), '[]')`;

const ATTEMPTS = Prisma.sql`coalesce((
  SELECT jsonb_agg(jsonb_build_object(
    'no', (attempt ->> 'no')::int, 'at', attempt ->> 'at', 'trigger', attempt ->> 'trigger',
    'outcome', attempt ->> 'outcome', 'scenario', attempt ->> 'scenario', 'runId', attempt ->> 'runId',
    'shortUnits', (SELECT coalesce(sum((short ->> 'units')::int), 0) FROM jsonb_array_elements(attempt -> 'shortfalls') short))
    ORDER BY (attempt ->> 'no')::int)
  FROM jsonb_array_elements(plan.context -> 'attempts') attempt), '[]')`;
