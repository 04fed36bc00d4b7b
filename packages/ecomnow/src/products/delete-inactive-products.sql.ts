import { type Database, Prisma, type Transaction } from "@drumline/db";

import { CHANGED_AT } from "../changed-at.sql.ts";

/** A product that is to go, and whose it is. */
export interface DueProduct {
  readonly id: bigint;
  readonly vendor: string;
  readonly sku: string;
}

/** What of the products is looked for: those to mark as deleted, or those to remove for good. */
export type Stage = "delete" | "purge";

const isDue = (stage: Stage, now: Date) =>
  stage === "delete"
    ? Prisma.sql`NOT product.is_active AND product.deleted_at IS NULL
        AND product.inactive_since <= ${now}::timestamptz - make_interval(days => vendor.delete_inactive_after_days)`
    : Prisma.sql`product.deleted_at <= ${now}::timestamptz - make_interval(days => vendor.purge_after_days)`;

/** The order of the line is open, or a refund that is: of this line, or one that names no line and may be about any. */
const isAtWork = Prisma.sql`(
  ecomnow_order.status = 'OPEN' OR EXISTS (
    SELECT FROM ecomnow_refund refund WHERE refund.order_id = ecomnow_order.id AND refund.status = 'OPEN' AND (
      EXISTS (SELECT FROM ecomnow_refund_line of WHERE of.refund_id = refund.id AND of.order_line_id = line.id)
      OR NOT EXISTS (SELECT FROM ecomnow_refund_line of WHERE of.refund_id = refund.id))))`;

/**
 * An open order or cart, or a refund of either kind of order that is not closed. A line may know its product by the SKU
 * alone: its order came before the product did.
 */
const isReferred = Prisma.sql`(
  EXISTS (
    SELECT FROM ecomnow_order_line line JOIN ecomnow_order ON ecomnow_order.id = line.order_id
    WHERE line.product_id = product.id AND ${isAtWork})
  OR EXISTS (
    SELECT FROM ecomnow_order_line line JOIN ecomnow_order ON ecomnow_order.id = line.order_id
    LEFT JOIN ecomnow_customer_integration client ON client.id = ecomnow_order.integration_id
    WHERE line.product_id IS NULL AND line.sku = product.sku
      AND (client.vendor_id IS NULL OR client.vendor_id = product.vendor_id) AND ${isAtWork})
  OR EXISTS (
    SELECT FROM ecomnow_cart_line line JOIN ecomnow_cart cart ON cart.id = line.cart_id
    WHERE line.product_id = product.id AND cart.is_open))`;

interface Due {
  readonly stage: Stage;
  /** Vendors' codes; null for all active ones. */
  readonly vendors: readonly string[] | null;
  readonly now: Date;
  readonly afterId: bigint;
  readonly limit: number;
}

const findDue = ({ stage, vendors, now, afterId, limit }: Due, lock: Prisma.Sql) => Prisma.sql`
  SELECT product.id, vendor.code AS vendor, product.sku
  FROM ecomnow_product product JOIN ecomnow_vendor vendor ON vendor.id = product.vendor_id
  WHERE product.id > ${afterId} AND (${vendors === null} OR vendor.code = ANY(${[...(vendors ?? [])]}::text[]))
    AND (vendor.is_active OR ${vendors !== null}) AND ${isDue(stage, now)} AND NOT ${isReferred}
  ORDER BY product.id LIMIT ${limit} ${lock}`;

/** What is due by now, without taking it. */
export async function listDueProducts(db: Database, due: Due): Promise<DueProduct[]> {
  return await db.$queryRaw<DueProduct[]>(findDue(due, Prisma.empty));
}

/** Takes what is due by now, passing over what another run has taken; deletions hold the rows until the end of the transaction. */
export async function lockDueProducts(tx: Transaction, due: Due): Promise<DueProduct[]> {
  return await tx.$queryRaw<DueProduct[]>(findDue(due, Prisma.sql`FOR UPDATE OF product SKIP LOCKED`));
}

/**
 * Deletes locked products, softly or for good. Looks at the references once more: under the lock no new one can come, but
 * one may have come between the look and the lock.
 */
export async function deleteLockedProducts(
  tx: Transaction,
  stage: Stage,
  ids: readonly bigint[],
  now: Date,
): Promise<number> {
  if (ids.length === 0) return 0;
  const which = Prisma.sql`product.id = ANY(${[...ids]}::bigint[]) AND NOT product.is_active AND NOT ${isReferred}`;
  return stage === "delete"
    ? await tx.$executeRaw(
        Prisma.sql`UPDATE ecomnow_product product SET deleted_at = ${now}, updated_at = ${CHANGED_AT} WHERE ${which}`,
      )
    : await tx.$executeRaw(Prisma.sql`DELETE FROM ecomnow_product product WHERE ${which}`);
}

/** Due, but referred to by something open. */
export async function countHeldProducts(
  db: Database,
  stage: Stage,
  vendors: readonly string[] | null,
  now: Date,
): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count
    FROM ecomnow_product product JOIN ecomnow_vendor vendor ON vendor.id = product.vendor_id
    WHERE (${vendors === null} OR vendor.code = ANY(${[...(vendors ?? [])]}::text[]))
      AND (vendor.is_active OR ${vendors !== null}) AND ${isDue(stage, now)} AND ${isReferred}`);
  return row.count;
}
