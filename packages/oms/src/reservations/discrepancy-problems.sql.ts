import { Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

const STOCK_DISCREPANCY: ProblemKind = {
  context: "oms",
  name: "STOCK_DISCREPANCY",
  severity: "WARNING",
  cure: "Count the product at the location and correct its level. Until the discrepancy is cleared nothing of it is planned there.",
};

/** Stock that was not found where it should be: the product is blocked at the location. */
interface FoundDiscrepancy {
  readonly locationId: bigint;
  readonly productId: bigint;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  /** Number of the package or the transfer that failed. */
  readonly number: string | null;
}

/** Runs `change`, which inserts discrepancies and returns `location_id, product_id, quantity, reason`; a person sees each of them. */
export async function openDiscrepancies(tx: Transaction, change: Prisma.Sql, at: Date): Promise<void> {
  const found = await withNames(tx, change);
  await openProblems(
    tx,
    found.map(({ locationId, productId, sku, location, quantity, number }) => ({
      kind: STOCK_DISCREPANCY,
      subject: toSubject({ sku, location }),
      reason: `${sku} was not found at ${location}, or not fit to be sold`,
      detail: { locationId: String(locationId), productId: String(productId), sku, location, quantity, number },
    })),
    at,
  );
}

/** Runs `change`, which releases discrepancies and returns the same. */
export async function closeDiscrepancies(tx: Transaction, change: Prisma.Sql, reason: string, at: Date): Promise<void> {
  const released = await withNames(tx, change);
  await closeProblems(tx, { kind: STOCK_DISCREPANCY, subjects: released.map(toSubject), reason, at });
}

/** Closes what is known of discrepancies that are none any more, whoever released them. */
export async function closeGoneDiscrepancies(tx: Transaction, reason: string, at: Date): Promise<void> {
  const isGone = Prisma.sql`NOT EXISTS (
    SELECT FROM reservation
    WHERE location_id = (problem.detail ->> 'locationId')::bigint AND product_id = (problem.detail ->> 'productId')::bigint
      AND type = 'INVENTORY_DISCREPANCY' AND status = 'ACTIVE')`;
  await closeGoneProblems(tx, { kind: STOCK_DISCREPANCY, isGone, reason, at });
}

async function withNames(tx: Transaction, change: Prisma.Sql): Promise<FoundDiscrepancy[]> {
  return await tx.$queryRaw<FoundDiscrepancy[]>(Prisma.sql`
    WITH changed AS (${change})
    SELECT changed.location_id AS "locationId", changed.product_id AS "productId", product.sku,
      location.erp_code AS location, changed.quantity, changed.reason AS number
    FROM changed
    JOIN product ON product.id = changed.product_id
    JOIN stock_location location ON location.id = changed.location_id`);
}

const toSubject = ({ sku, location }: Pick<FoundDiscrepancy, "sku" | "location">) => ({
  type: "stock",
  key: `${sku}@${location}`,
});
