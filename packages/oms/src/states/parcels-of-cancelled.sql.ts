import { Prisma, type Transaction } from "@drumline/db";

import type { AppliedTransition, StateChange } from "./check-changes.ts";

/**
 * Parcels whose package or transfer was just cancelled and which no carrier has taken over. One that no carrier was told of
 * is deleted, which is what this answers; one that a carrier knows, or is being told of, is wanted back: it is called back
 * by whoever asks about it next, at once.
 */
export async function callBackParcelsOfCancelled(
  tx: Transaction,
  applied: readonly AppliedTransition[],
  at: Date,
): Promise<StateChange[]> {
  const ofEntity = (entity: string) =>
    applied.filter(({ change, to }) => change.entity === entity && to === "CANCELLED").map(({ change }) => change.id);
  const [packages, transfers] = [ofEntity("package"), ofEntity("transfer_order")];
  if (packages.length + transfers.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: bigint; isUnknown: boolean }[]>(Prisma.sql`
    SELECT id, tracking_number IS NULL AND coalesce(claimed_until <= now(), true) AS "isUnknown" FROM shipment
    WHERE (package_id = ANY(${packages}::bigint[]) OR transfer_order_id = ANY(${transfers}::bigint[]))
      AND status = 'CREATED' AND status <> 'DELETED' ORDER BY id FOR NO KEY UPDATE`);
  const known = rows.filter(({ isUnknown }) => !isUnknown).map(({ id }) => id);
  if (known.length > 0)
    await tx.$executeRaw(Prisma.sql`
      UPDATE shipment SET wanted_back_at = ${at}, next_poll_at = ${at}, updated_at = ${at}
      WHERE id = ANY(${known}::bigint[])`);
  const { actor } = applied[0]!.change;
  return rows
    .filter(({ isUnknown }) => isUnknown)
    .map(({ id }) => ({ entity: "shipment", id, command: "DELETE_SHIPMENT", actor }));
}
