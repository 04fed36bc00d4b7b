import { claimedFor, type Database, isFreeFor, Prisma, type Transaction } from "@drumline/db";

import type { Place } from "../../gateways/omnitron/port.ts";
import { groupBy } from "../../group-by.ts";
import { stillExcluded } from "../fulfilment/excluded-locations.sql.ts";
import { NOWHERE } from "../fulfilment/waiting-order.sql.ts";
import type { WaitingLine, WaitingOrder } from "../rules/waiting-order.ts";

/** A transfer whose source did not have the goods, as an order of just its items. */
export interface DueTransfer {
  readonly transferId: bigint;
  readonly number: string;
  readonly failures: number;
  readonly packageId: bigint;
  readonly packageNumber: string;
  readonly destinationId: bigint;
  readonly destination: string;
  /** Transfers the package ever had. */
  readonly transfersSoFar: number;
  readonly order: WaitingOrder;
  /** By order item. */
  readonly packageItemIds: ReadonlyMap<bigint, bigint>;
}

const CLAIM_SECONDS = 60;

/** Of a transfer with its package and order, as `dueTransferTables` joins them. */
export const isDue = (now: Date): Prisma.Sql => Prisma.sql`
  transfer.state = 'OUT_OF_STOCK' AND transfer.next_retry_at <= ${now}
  AND package.state = 'WAITING_FOR_TRANSFER' AND orders.state NOT IN ('CANCELLATION_WAITING', 'CANCELLED', 'REFUNDED')
  AND NOT EXISTS (
    SELECT FROM cancellation_plan wish
    WHERE wish.order_id = orders.id AND wish.status IN ('WAITING', 'PROCESSING'))`;

export const dueTransferTables = Prisma.sql`
  transfer_order transfer
  JOIN package ON package.id = transfer.package_id
  JOIN orders ON orders.id = transfer.order_id`;

/** Orders with a due transfer, the longest due first, whoever works on them. */
export async function findTransferOrders(db: Database, now: Date, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT orders.id FROM ${dueTransferTables} WHERE ${isDue(now)} ORDER BY transfer.next_retry_at, transfer.id LIMIT ${limit}`);
  return [...new Set(rows.map(({ id }) => id))];
}

/** Takes the orders of the longest due transfers that nobody else works on, under the planner's claim. */
export async function claimTransferOrders(
  db: Database,
  runId: string,
  now: Date,
  limit: number,
  excluded: readonly bigint[],
): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT orders.id FROM ${dueTransferTables}
      WHERE ${isDue(now)}
        AND ${isFreeFor(runId, "orders")}
        AND orders.id <> ALL(${[...excluded]}::bigint[])
      ORDER BY transfer.next_retry_at, transfer.id LIMIT ${limit}
      FOR NO KEY UPDATE OF orders SKIP LOCKED
    )
    UPDATE orders SET ${claimedFor(runId, CLAIM_SECONDS)}
    WHERE id IN (SELECT id FROM next) RETURNING orders.id`);
  return rows.map(({ id }) => id);
}

type Row = Omit<DueTransfer, "order" | "packageItemIds"> &
  Omit<WaitingOrder, "lines" | "address"> & { readonly address: Partial<Place> };
type LineRow = WaitingLine & { readonly transferId: bigint; readonly packageItemId: bigint };

/** The longest due transfer of each order. */
export async function loadDueTransfers(
  db: Database | Transaction,
  orderIds: readonly bigint[],
  now: Date,
): Promise<DueTransfer[]> {
  const rows = await db.$queryRaw<Row[]>(Prisma.sql`
    SELECT DISTINCT ON (orders.id) transfer.id AS "transferId", transfer.number, transfer.attempts AS failures,
      package.id AS "packageId", package.number AS "packageNumber", transfer.destination_id AS "destinationId",
      destination.erp_code AS destination,
      (SELECT count(*)::int FROM transfer_order other WHERE other.package_id = package.id) AS "transfersSoFar",
      orders.id, orders.number AS "orderNumber", channel.omnitron_id::float8 AS channel,
      shipping_option AS "shippingOption", payment_type AS "paymentType", customer_type AS "customerType", address,
      'OOS_RETRY' AS trigger, 0 AS "attemptsSoFar", 0 AS "packagesSoFar", false AS "hasOpenShortfall"
    FROM ${dueTransferTables}
    JOIN channel ON channel.id = orders.channel_id
    JOIN stock_location destination ON destination.id = transfer.destination_id
    WHERE orders.id = ANY(${[...orderIds]}::bigint[]) AND ${isDue(now)}
    ORDER BY orders.id, transfer.next_retry_at, transfer.id`);
  const lines = await db.$queryRaw<LineRow[]>(Prisma.sql`
    SELECT moved.transfer_order_id AS "transferId", held.id AS "packageItemId", item.id AS "orderItemId",
      item.product_id AS "productId", product.sku, item.attributes, moved.quantity AS wanted,
      ${stillExcluded} AS "excludedLocationIds"
    FROM transfer_item moved
    JOIN package_item held ON held.id = moved.package_item_id
    JOIN order_item item ON item.id = held.order_item_id
    JOIN product ON product.id = item.product_id
    LEFT JOIN order_execution_plan_item plan_item ON plan_item.order_item_id = item.id
    WHERE moved.transfer_order_id = ANY(${rows.map(({ transferId }) => transferId)}::bigint[])
    ORDER BY item.id`);
  const byTransfer = groupBy(lines, ({ transferId }) => transferId);
  return rows.map((row) => {
    const own = byTransfer.get(row.transferId) ?? [];
    const { address, ...order } = row;
    return {
      ...row,
      order: { ...order, address: { ...NOWHERE, ...address }, lines: own },
      packageItemIds: new Map(own.map(({ orderItemId, packageItemId }) => [orderItemId, packageItemId])),
    };
  });
}

/** Counts a failure of each transfer, and says when it is tried next. */
export async function saveTransferFailures(
  tx: Transaction,
  failed: readonly { readonly transferId: bigint; readonly nextRetryAt: Date }[],
  at: Date,
): Promise<void> {
  if (failed.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE transfer_order SET
      attempts = attempts + 1, next_retry_at = failure.next_retry_at, version = version + 1, updated_at = ${at}
    FROM unnest(
      ${failed.map(({ transferId }) => transferId)}::bigint[], ${failed.map(({ nextRetryAt }) => nextRetryAt)}::timestamptz[]
    ) AS failure(id, next_retry_at)
    WHERE transfer_order.id = failure.id`);
}
