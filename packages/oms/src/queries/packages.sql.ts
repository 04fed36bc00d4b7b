import { type Database, enums, Prisma } from "@drumline/db";
import { z } from "zod";

/** An instant as JSON has it: ISO 8601 in UTC, whatever zone the session is in. */
export const toInstantText = (column: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export const itemsSchema = z
  .array(z.object({ orderItemId: z.int().describe("As commands take it."), sku: z.string(), quantity: z.int() }))
  .readonly();

/** A package as the API shows it; the SQL below answers exactly this. */
export const packageSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    orderNumber: z.string(),
    location: z.string().describe("ERP code."),
    state: z.enum(enums.PackageState),
    version: z.int().describe("Goes up with every change; send it along to be refused when it is not the latest."),
    replanAttempts: z.int(),
    nextReplanAt: z.iso.datetime().nullable(),
    replannedFromId: z.string().nullable().describe("Id of the package this one took the place of."),
    cancelReason: z.string().nullable(),
    cancellationError: z.string().nullable(),
    invoiceNumber: z.string().nullable(),
    createdAt: z.iso.datetime(),
    items: itemsSchema,
    transfers: z.array(z.object({ id: z.string(), number: z.string(), state: z.enum(enums.TransferState) })).readonly(),
    shipment: z
      .object({
        id: z.string(),
        carrier: z.string(),
        trackingNumber: z.string().nullable(),
        status: z.enum(enums.ShipmentStatus),
      })
      .nullable(),
  })
  .meta({ id: "Package" });

export type PackageView = z.output<typeof packageSchema>;

/** By id or number; null where there is none. */
export async function loadPackage(db: Database, idOrNumber: string): Promise<PackageView | null> {
  const [row] = await db.$queryRaw<{ view: PackageView }[]>(Prisma.sql`
    ${VIEW} WHERE package.number = ${idOrNumber} OR package.id = ${toId(idOrNumber)}`);
  return row?.view ?? null;
}

export interface PackageFilter {
  readonly state?: string | undefined;
  /** ERP code. */
  readonly location?: string | undefined;
  readonly orderNumber?: string | undefined;
}

/** In the order of their ids, from the one after `afterId` on. */
export async function loadPackages(
  db: Database,
  filter: PackageFilter,
  afterId: bigint | null,
  limit: number,
): Promise<PackageView[]> {
  const { state = null, location = null, orderNumber = null } = filter;
  const rows = await db.$queryRaw<{ view: PackageView }[]>(Prisma.sql`
    ${VIEW} WHERE package.id > ${afterId ?? 0n}
      AND (${state}::text IS NULL OR package.state = ${state}::package_state)
      AND (${location}::text IS NULL OR location.erp_code = ${location})
      AND (${orderNumber}::text IS NULL OR orders.number = ${orderNumber})
    ORDER BY package.id LIMIT ${limit}`);
  return rows.map(({ view }) => view);
}

/** An id no row has where the text is not one. */
export const toId = (idOrNumber: string): bigint => (/^\d{1,18}$/.test(idOrNumber) ? BigInt(idOrNumber) : -1n);

const VIEW = Prisma.sql`
  SELECT jsonb_build_object(
    'id', package.id::text, 'number', package.number, 'orderNumber', orders.number, 'location', location.erp_code,
    'state', package.state, 'version', package.version, 'replanAttempts', package.replan_attempts,
    'nextReplanAt', ${toInstantText(Prisma.sql`package.next_replan_at`)}, 'replannedFromId', package.replanned_from_id::text,
    'cancelReason', package.cancel_reason, 'cancellationError', package.cancellation_error,
    'invoiceNumber', package.invoice_number, 'createdAt', ${toInstantText(Prisma.sql`package.created_at`)},
    'items', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'orderItemId', item.order_item_id, 'sku', product.sku, 'quantity', item.quantity) ORDER BY item.id)
      FROM package_item item
      JOIN order_item ON order_item.id = item.order_item_id
      JOIN product ON product.id = order_item.product_id
      WHERE item.package_id = package.id AND item.state <> 'CANCELLED'), '[]'),
    'transfers', coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', id::text, 'number', number, 'state', state) ORDER BY id)
      FROM transfer_order WHERE package_id = package.id), '[]'),
    'shipment', (
      SELECT jsonb_build_object(
        'id', id::text, 'carrier', carrier_code, 'trackingNumber', tracking_number, 'status', status)
      FROM shipment WHERE package_id = package.id AND status <> 'DELETED')) AS view
  FROM package
  JOIN orders ON orders.id = package.order_id
  JOIN stock_location location ON location.id = package.location_id`;
