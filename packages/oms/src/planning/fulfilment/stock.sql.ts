import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { RemoteStock } from "../../gateways/inventory/port.ts";

/** A stock row with the names the inventory engine knows it by. */
export interface StockRow {
  readonly locationId: bigint;
  readonly erpCode: string;
  readonly productId: bigint;
  readonly sku: string;
  /** The engine's last word; null where none is known. */
  readonly engineLevel: number | null;
  /** What may be promised, with what is promised already: the engine's word without what left since. */
  readonly onHand: number;
  readonly sourceUpdatedAt: Date;
}

/** A row with its new level. */
export interface ChangedRow extends StockRow {
  /** The engine counts more than it did. */
  readonly hasRisen: boolean;
}

/** What is promised away of one product at one location. */
export interface ReservedStock {
  readonly locationId: bigint;
  readonly productId: bigint;
  readonly units: number;
  readonly blocked: boolean;
}

/**
 * Rows the engine names for the first time, in a transaction of their own before that of the plans: locks are only ever
 * taken on rows that everybody can see, in one order, and no planner waits for another's whole batch because both got to
 * know a product. Rows that are there are left out by their own look: ON CONFLICT would wait for whoever changes them.
 */
export async function insertMissingStock(
  db: Database,
  levels: readonly RemoteStock[],
  asOf: ReadonlyMap<string, Date>,
): Promise<void> {
  const rows = levels.map(({ sku, erpCode, quantity }) => ({ sku, erp_code: erpCode, quantity, as_of: asOf.get(sku) }));
  await db.$executeRaw(Prisma.sql`
    INSERT INTO stock (location_id, product_id, on_hand, engine_level, source_updated_at)
    SELECT location.id, product.id, quantity, quantity, as_of
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS level(sku text, erp_code text, quantity int, as_of timestamptz)
    JOIN stock_location location ON location.erp_code = level.erp_code
    JOIN product ON product.sku = level.sku
    WHERE NOT EXISTS (SELECT FROM stock WHERE stock.location_id = location.id AND stock.product_id = product.id)
    ORDER BY location.id, product.id
    ON CONFLICT (location_id, product_id) DO NOTHING`);
}

/** Every location's stock of the products; with `lock`, nobody else can promise units of it until the transaction ends. */
export async function loadStock(
  db: Database | Transaction,
  productIds: readonly bigint[],
  { lock }: { readonly lock: boolean },
): Promise<StockRow[]> {
  return await db.$queryRaw<StockRow[]>(Prisma.sql`
    SELECT stock.location_id AS "locationId", location.erp_code AS "erpCode", stock.product_id AS "productId",
      product.sku, stock.on_hand AS "onHand", stock.engine_level AS "engineLevel", stock.source_updated_at AS "sourceUpdatedAt"
    FROM stock
    JOIN stock_location location ON location.id = stock.location_id
    JOIN product ON product.id = stock.product_id
    WHERE stock.product_id = ANY(${[...productIds]}::bigint[])
    ORDER BY stock.location_id, stock.product_id ${lock ? Prisma.sql`FOR UPDATE OF stock` : Prisma.empty}`);
}

export async function updateStock(tx: Transaction, changed: readonly ChangedRow[], at: Date): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map(({ locationId, productId, onHand, engineLevel, hasRisen, sourceUpdatedAt }) => ({
    location_id: String(locationId),
    product_id: String(productId),
    on_hand: onHand,
    engine_level: engineLevel,
    has_risen: hasRisen,
    as_of: sourceUpdatedAt,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE stock SET on_hand = level.on_hand, engine_level = level.engine_level, source_updated_at = level.as_of,
      risen_at = CASE WHEN level.has_risen THEN ${at}::timestamptz ELSE stock.risen_at END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS level(location_id bigint, product_id bigint, on_hand int, engine_level int, has_risen boolean, as_of timestamptz)
    WHERE stock.location_id = level.location_id AND stock.product_id = level.product_id`);
}

/** Active reservations at these places; read after the lock, or it would miss what was promised while waiting for it. */
export async function loadReserved(
  db: Database | Transaction,
  places: readonly Pick<StockRow, "locationId" | "productId">[],
): Promise<ReservedStock[]> {
  return await db.$queryRaw<ReservedStock[]>(Prisma.sql`
    SELECT reservation.location_id AS "locationId", reservation.product_id AS "productId",
      coalesce(sum(quantity) FILTER (WHERE type <> 'INVENTORY_DISCREPANCY'), 0)::int AS units,
      bool_or(type = 'INVENTORY_DISCREPANCY') AS blocked
    FROM unnest(
      ${places.map(({ locationId }) => locationId)}::bigint[],
      ${places.map(({ productId }) => productId)}::bigint[]
    ) AS place(location_id, product_id)
    JOIN reservation ON reservation.location_id = place.location_id AND reservation.product_id = place.product_id
    WHERE reservation.status = 'ACTIVE'
    GROUP BY reservation.location_id, reservation.product_id`);
}
