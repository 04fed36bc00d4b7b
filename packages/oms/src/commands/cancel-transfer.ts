import { Prisma, type Transaction } from "@drumline/db";
import { z } from "zod";

import { applyTransitions, type StateChange } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const cancelTransfer = defineCommand({
  name: "TRANSFER_CANCEL",
  summary:
    "A transfer that has not left is cancelled, the others of its package with it; the package is planned again.",
  args: z.strictObject({}),
  async run(tx, request) {
    const { id, actor, at } = request;
    const { packageId, siblings } = await findPackageOfTransfer(tx, id);
    const others = siblings.map((sibling): StateChange => ({
      entity: "transfer_order",
      id: sibling,
      command: "TRANSFER_CANCEL",
      actor,
    }));
    return await applyTransitions(
      tx,
      [
        { entity: "transfer_order", command: "TRANSFER_CANCEL", ...requestOf(request) },
        ...others,
        { entity: "package", id: packageId, command: "TRANSFER_CANCELLED", actor },
      ],
      at,
    );
  },
});
/** The package a transfer is for, under its order's lock, and the package's other open transfers. */
async function findPackageOfTransfer(tx: Transaction, id: bigint): Promise<{ packageId: bigint; siblings: bigint[] }> {
  const [row] = await tx.$queryRaw<[{ packageId: bigint }]>(Prisma.sql`
    SELECT package_id AS "packageId" FROM transfer_order JOIN orders ON orders.id = transfer_order.order_id
    WHERE transfer_order.id = ${id} FOR NO KEY UPDATE OF orders`);
  const siblings = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM transfer_order
    WHERE package_id = ${row.packageId} AND id <> ${id} AND state NOT IN ('TRANSFERRED', 'CANCELLED') ORDER BY id`);
  return { packageId: row.packageId, siblings: siblings.map((sibling) => sibling.id) };
}
