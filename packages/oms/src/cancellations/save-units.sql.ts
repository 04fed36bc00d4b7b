import { Prisma, type Transaction } from "@drumline/db";

import type { PackageDecision, Units } from "./decide-cancellation.ts";

/** Units that nobody wants any more. Under the order's lock, before anything is derived from them. */
export async function saveCancelledUnits(tx: Transaction, cancelled: readonly Units[]): Promise<void> {
  if (cancelled.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_item SET cancelled_quantity = cancelled_quantity + gone.units
    FROM unnest(
      ${cancelled.map(({ orderItemId }) => orderItemId)}::bigint[], ${cancelled.map(({ units }) => units)}::int[]
    ) AS gone(id, units)
    WHERE order_item.id = gone.id`);
}

/** An item of which every unit left comes back is refunded. */
export async function saveReturnedUnits(tx: Transaction, returned: readonly Units[]): Promise<void> {
  if (returned.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_item item SET state = 'REFUNDED'
    WHERE item.id = ANY(${returned.map(({ orderItemId }) => orderItemId)}::bigint[])
      AND item.quantity - item.cancelled_quantity <= (
        SELECT sum(wish.returned_quantity) FROM cancellation_plan_item wish WHERE wish.order_item_id = item.id)`);
}

/**
 * Takes units out of packages that go on with the rest: fewer of an item, or the item wholly. What was reserved for them
 * is free; the package has a new version, since whoever picks it must look again.
 */
export async function reducePackages(
  tx: Transaction,
  packageDecisions: readonly PackageDecision[],
  at: Date,
): Promise<void> {
  const reduced = packageDecisions.filter(({ kind }) => kind === "REDUCE");
  if (reduced.length === 0) return;
  const taken = reduced.flatMap((decision) => decision.taken);
  const data = Prisma.sql`unnest(
    ${taken.map(({ packageItemId }) => packageItemId)}::bigint[], ${taken.map(({ units }) => units)}::int[]
  ) AS gone(id, units)`;
  await tx.$executeRaw(Prisma.sql`
    UPDATE reservation SET
      quantity = CASE WHEN quantity > gone.units THEN quantity - gone.units ELSE quantity END,
      status = CASE WHEN quantity > gone.units THEN status ELSE 'RELEASED' END,
      released_at = CASE WHEN quantity > gone.units THEN released_at ELSE ${at}::timestamptz END,
      release_reason = CASE WHEN quantity > gone.units THEN release_reason ELSE 'ITEM_CANCELLED' END
    FROM ${data}
    WHERE reservation.package_item_id = gone.id AND reservation.type = 'ORDER' AND reservation.status = 'ACTIVE'`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE package_item item SET
      quantity = CASE WHEN quantity > gone.units THEN quantity - gone.units ELSE quantity END,
      state = CASE WHEN quantity > gone.units THEN state ELSE 'CANCELLED' END
    FROM ${data} WHERE item.id = gone.id`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE package SET version = version + 1, updated_at = ${at}
    WHERE id = ANY(${reduced.map((decision) => decision.package.id)}::bigint[])`);
}

/** Why a package is held, or why it was not cancelled. */
export async function saveCancellationErrors(
  tx: Transaction,
  errors: readonly { readonly packageId: bigint; readonly error: string | null }[],
): Promise<void> {
  if (errors.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE package SET cancellation_error = told.error
    FROM unnest(
      ${errors.map(({ packageId }) => packageId)}::bigint[], ${errors.map(({ error }) => error)}::text[]
    ) AS told(id, error)
    WHERE package.id = told.id`);
}
