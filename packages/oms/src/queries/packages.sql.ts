import { type Database, Prisma } from "@drumline/db";

import type { PackageState } from "../states/index.ts";

/** A package as the API shows it. */
export interface PackageView {
  readonly id: string;
  readonly number: string;
  readonly order_number: string;
  readonly location: string;
  readonly state: PackageState;
  readonly version: number;
  readonly replan_attempts: number;
  readonly next_replan_at: string | null;
  readonly replanned_from: string | null;
  readonly cancel_reason: string | null;
  readonly cancellation_error: string | null;
  readonly invoice_number: string | null;
  readonly created_at: string;
  readonly items: readonly { readonly order_item_id: number; readonly sku: string; readonly quantity: number }[];
  readonly transfers: readonly { readonly id: string; readonly number: string; readonly state: string }[];
  readonly shipment: {
    readonly id: string;
    readonly carrier: string;
    readonly tracking_number: string | null;
    readonly status: string;
  } | null;
}

/** By id or number; null where there is none. */
export async function loadPackage(db: Database, idOrNumber: string): Promise<PackageView | null> {
  const [row] = await db.$queryRaw<{ view: PackageView }[]>(Prisma.sql`
    ${VIEW} WHERE package.number = ${idOrNumber} OR package.id = ${toId(idOrNumber)}`);
  return row?.view ?? null;
}

export interface PackageFilter {
  readonly state?: string | undefined;
  readonly location?: string | undefined;
  readonly order?: string | undefined;
  /** Ids greater than this one. */
  readonly after: string;
  readonly limit: number;
}

/** By id, so that paging neither skips nor repeats. */
export async function loadPackages(db: Database, filter: PackageFilter): Promise<PackageView[]> {
  const { state = null, location = null, order = null, after, limit } = filter;
  const rows = await db.$queryRaw<{ view: PackageView }[]>(Prisma.sql`
    ${VIEW} WHERE package.id > ${BigInt(after)}
      AND (${state}::text IS NULL OR package.state = ${state}::package_state)
      AND (${location}::text IS NULL OR location.erp_code = ${location})
      AND (${order}::text IS NULL OR orders.number = ${order})
    ORDER BY package.id LIMIT ${limit}`);
  return rows.map(({ view }) => view);
}

/** An id no row has where the text is not one. */
export const toId = (idOrNumber: string): bigint => (/^\d{1,18}$/.test(idOrNumber) ? BigInt(idOrNumber) : -1n);

const VIEW = Prisma.sql`
  SELECT jsonb_build_object(
    'id', package.id::text, 'number', package.number, 'order_number', orders.number, 'location', location.erp_code,
    'state', package.state, 'version', package.version, 'replan_attempts', package.replan_attempts,
    'next_replan_at', package.next_replan_at, 'replanned_from', package.replanned_from_id::text,
    'cancel_reason', package.cancel_reason, 'cancellation_error', package.cancellation_error,
    'invoice_number', package.invoice_number, 'created_at', package.created_at,
    'items', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'order_item_id', item.order_item_id, 'sku', product.sku, 'quantity', item.quantity) ORDER BY item.id)
      FROM package_item item
      JOIN order_item ON order_item.id = item.order_item_id
      JOIN product ON product.id = order_item.product_id
      WHERE item.package_id = package.id AND item.state <> 'CANCELLED'), '[]'),
    'transfers', coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', id::text, 'number', number, 'state', state) ORDER BY id)
      FROM transfer_order WHERE package_id = package.id), '[]'),
    'shipment', (
      SELECT jsonb_build_object(
        'id', id::text, 'carrier', carrier_code, 'tracking_number', tracking_number, 'status', status)
      FROM shipment WHERE package_id = package.id AND status <> 'DELETED')) AS view
  FROM package
  JOIN orders ON orders.id = package.order_id
  JOIN stock_location location ON location.id = package.location_id`;
