import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { StoredAuth } from "@drumline/outbound/secrets";
import type { PlannedTree } from "./plan-tree.ts";

/** A vendor whose tree may have to be built anew. */
export interface CategoryVendor extends StoredAuth {
  readonly id: bigint;
  readonly code: string;
  /** Null: its products' paths are its category data. */
  readonly url: string | null;
  readonly maxShrinkPercent: number;
  readonly acceptsShrunkenTree: boolean;
  /** Of the tree readers see; null before the first. */
  readonly dataHash: string | null;
  readonly categories: number | null;
}

const VENDORS = Prisma.sql`
  SELECT vendor.id, vendor.code, category_url AS url, auth_kind::text AS "authKind", auth_name AS "authName",
    auth_secret AS "authSecret", max_shrink_percent AS "maxShrinkPercent", accepts_shrunken_tree AS "acceptsShrunkenTree",
    build.data_hash AS "dataHash", build.categories
  FROM ecomnow_vendor vendor LEFT JOIN ecomnow_category_build build ON build.id = vendor.category_build_id`;

/** Vendors that have a tree, of the table `ecomnow_vendor vendor`. */
const hasTree = Prisma.sql`vendor.is_active`;

export async function findCategoryVendors(db: Database, codes: readonly string[] | null): Promise<CategoryVendor[]> {
  return await db.$queryRaw<CategoryVendor[]>(Prisma.sql`
    ${VENDORS} WHERE ${hasTree} AND (${codes === null} OR vendor.code = ANY(${[...(codes ?? [])]}::text[])) ORDER BY vendor.id`);
}

/**
 * Lets one transaction at a time swap the vendor's tree. The lock is a statement of its own: one that waits for another
 * swap would not find the build that this swap points at, and the vendor would pass for one without a tree.
 */
export async function lockCategoryVendor(tx: Transaction, id: bigint): Promise<CategoryVendor> {
  await tx.$queryRaw(Prisma.sql`SELECT id FROM ecomnow_vendor WHERE id = ${id} FOR UPDATE`);
  const [row] = await tx.$queryRaw<[CategoryVendor]>(Prisma.sql`${VENDORS} WHERE vendor.id = ${id}`);
  return row;
}

/** The paths that products for sale name, `limit` of them. */
export async function loadCategoryPaths(db: Database, vendorId: bigint, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ category: string }[]>(Prisma.sql`
    SELECT DISTINCT category FROM ecomnow_product WHERE vendor_id = ${vendorId} AND is_active AND category IS NOT NULL
    LIMIT ${limit}`);
  return rows.map(({ category }) => category);
}

export interface NewTree extends PlannedTree {
  readonly dataHash: string;
}

// Small enough to be written as JSON in some milliseconds.
const BATCH_ROWS = 1_000;
/** Builds besides the current one that stay for those who are still reading them. */
const OLD_BUILDS = 1;

/** Writes the tree and points the vendor at it: readers see the old one whole until this commits, and then the new one whole. */
export async function swapTree(tx: Transaction, vendorId: bigint, tree: NewTree, at: Date): Promise<void> {
  const { dataHash, categories, problems } = tree;
  const [{ id }] = await tx.$queryRaw<[{ id: bigint }]>(Prisma.sql`
    INSERT INTO ecomnow_category_build (vendor_id, data_hash, categories, problems, built_at)
    VALUES (${vendorId}, ${dataHash}, ${categories.length}, ${JSON.stringify(problems)}::jsonb, ${at})
    RETURNING id`);
  for (let from = 0; from < categories.length; from += BATCH_ROWS) {
    const rows = categories.slice(from, from + BATCH_ROWS);
    await tx.$executeRaw(Prisma.sql`
      INSERT INTO ecomnow_category (build_id, code, parent_code, name, slug, path, depth, position)
      SELECT ${id}, code, "parentCode", name, slug, path, depth, position
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(
        code text, "parentCode" text, name text, slug text, path text, depth int, position int)`);
  }
  await tx.$executeRaw(Prisma.sql`
    UPDATE ecomnow_vendor SET category_build_id = ${id}, accepts_shrunken_tree = false WHERE id = ${vendorId}`);
  await tx.$executeRaw(Prisma.sql`
    DELETE FROM ecomnow_category_build WHERE vendor_id = ${vendorId} AND id < (
      SELECT id FROM ecomnow_category_build WHERE vendor_id = ${vendorId} ORDER BY id DESC OFFSET ${OLD_BUILDS} LIMIT 1)`);
}
