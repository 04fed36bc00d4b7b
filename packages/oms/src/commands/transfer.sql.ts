import { Prisma, type Transaction } from "@drumline/db";

/** The package a transfer is for, under its order's lock, and the package's other open transfers. */
export async function findPackageOfTransfer(
  tx: Transaction,
  id: bigint,
): Promise<{ packageId: bigint; siblings: bigint[] }> {
  const [row] = await tx.$queryRaw<[{ packageId: bigint }]>(Prisma.sql`
    SELECT package_id AS "packageId" FROM transfer_order JOIN orders ON orders.id = transfer_order.order_id
    WHERE transfer_order.id = ${id} FOR NO KEY UPDATE OF orders`);
  const siblings = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM transfer_order
    WHERE package_id = ${row.packageId} AND id <> ${id} AND state NOT IN ('TRANSFERRED', 'CANCELLED') ORDER BY id`);
  return { packageId: row.packageId, siblings: siblings.map((sibling) => sibling.id) };
}
