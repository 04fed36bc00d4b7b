import { Prisma, type Transaction } from "@drumline/db";

/** The packages that waited for one of these transfers and now wait for none. */
export async function findArrivedPackages(tx: Transaction, transferIds: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM package
    WHERE state = 'WAITING_FOR_TRANSFER'
      AND id IN (SELECT package_id FROM transfer_order WHERE id = ANY(${[...transferIds]}::bigint[]))
      AND NOT EXISTS (
        SELECT FROM transfer_order open
        WHERE open.package_id = package.id AND open.state NOT IN ('TRANSFERRED', 'CANCELLED'))
    ORDER BY id`);
  return rows.map(({ id }) => id);
}
