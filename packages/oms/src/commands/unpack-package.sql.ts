import { type Transaction, Prisma } from "@drumline/db";

import { applyTransitions } from "../states/index.ts";
import { CommandImpossible, type CommandRequest, packageCommand } from "./command.ts";

/**
 * Ours: no store of Akinon's asks for it, so it has a route of its own. A person who sees that a packed package cannot follow
 * Omnitron has it opened: it is cancelled, its goods are in stock again, its parcel is called back, and its units are planned
 * anew as they are wanted by now. Cancellations that were rejected since it was packed are decided again.
 */
export const unpackPackage = packageCommand({
  name: "UNPACK_PACKAGE",
  summary: "Opens a packed package that its carrier does not have yet: what is still wanted of it is planned anew.",
  change: () => ({ attributes: { reason: "UNPACKED" } }),
  prepare: async (tx, { id }) => {
    if (await isAtCarrier(tx, id))
      throw new CommandImpossible("its carrier has the parcel already; nothing was changed.");
  },
  followUp: reopenRejected,
});

async function isAtCarrier(tx: Transaction, packageId: bigint): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT FROM shipment WHERE package_id = ${packageId} AND status NOT IN ('CREATED', 'DELETED')`);
  return rows.length > 0;
}

/** Plans that ended with a part of the package rejected are due again, for that part. */
async function reopenRejected(tx: Transaction, { id, actor, at }: CommandRequest): Promise<void> {
  const isRejected = Prisma.sql`
    wish.status IN ('REJECTED', 'PARTIAL') AND wish.reason = 'PACKED_WITH_OTHERS'
    AND EXISTS (SELECT FROM package_item item WHERE item.package_id = ${id} AND item.order_item_id = wish.order_item_id)`;
  const plans = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT plan.id FROM cancellation_plan plan
    WHERE plan.status IN ('REJECTED', 'PARTIAL')
      AND plan.order_id = (SELECT order_id FROM package WHERE package.id = ${id})
      AND EXISTS (SELECT FROM cancellation_plan_item wish WHERE wish.plan_id = plan.id AND ${isRejected})
    ORDER BY plan.id FOR NO KEY UPDATE`);
  const planIds = plans.map((plan) => plan.id);
  if (planIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan_item wish SET status = 'WAITING', reason = NULL, package_id = NULL
    WHERE wish.plan_id = ANY(${planIds}::bigint[]) AND ${isRejected}`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan SET attempts = 0, next_attempt_at = ${at}, last_error = NULL, updated_at = ${at}
    WHERE id = ANY(${planIds}::bigint[])`);
  await applyTransitions(
    tx,
    planIds.map((planId) => ({ entity: "cancellation_plan", id: planId, command: "CHANGE_CANCELLATION_PLAN", actor })),
    at,
  );
}
