import { MINUTE_MS } from "@drumline/core/clock";
import { Prisma, type Transaction } from "@drumline/db";

import type { OrderPlan } from "../rules/plan-order.ts";

/** Ids of what was saved, by the numbers the plan knows it by. Throws on a number that was not saved. */
export interface PackageIds {
  package(number: string): bigint;
  item(packageNumber: string, orderItemId: bigint): bigint;
}

// Shorter than the hour between two runs of the replanning task, so that its next run finds the package due.
const REPLAN_AFTER_MS = 30 * MINUTE_MS;

export async function savePackages(
  tx: Transaction,
  plans: readonly OrderPlan[],
  planIds: ReadonlyMap<bigint, bigint>,
  at: Date,
): Promise<PackageIds> {
  const rows = plans.flatMap(({ order, packages }) =>
    packages.map(({ number, location, state }) => ({
      number,
      order_id: String(order.id),
      plan_id: String(planIds.get(order.id)!),
      location_id: String(location.id),
      state,
      next_replan_at: state === "OUT_OF_STOCK" ? new Date(at.getTime() + REPLAN_AFTER_MS) : null,
    })),
  );
  const saved = await tx.$queryRaw<{ id: bigint; number: string }[]>(Prisma.sql`
    INSERT INTO package (number, order_id, plan_id, location_id, state, next_replan_at, created_at, updated_at)
    SELECT number, order_id, plan_id, location_id, state, next_replan_at, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS planned(
      number text, order_id bigint, plan_id bigint, location_id bigint, state package_state, next_replan_at timestamptz)
    RETURNING id, number`);
  const idByNumber = new Map(saved.map(({ id, number }) => [number, id]));

  const items = plans.flatMap(({ packages }) =>
    packages.flatMap(({ number, state, items: planned }) =>
      planned.map(({ line, units }) => ({
        package_id: String(idByNumber.get(number)!),
        order_item_id: String(line.orderItemId),
        quantity: units,
        state,
      })),
    ),
  );
  const savedItems = await tx.$queryRaw<{ id: bigint; packageId: bigint; orderItemId: bigint }[]>(Prisma.sql`
    INSERT INTO package_item (package_id, order_item_id, quantity, state)
    SELECT package_id, order_item_id, quantity, state
    FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb)
      AS planned(package_id bigint, order_item_id bigint, quantity int, state package_state)
    RETURNING id, package_id AS "packageId", order_item_id AS "orderItemId"`);
  const itemIds = new Map(savedItems.map(({ id, packageId, orderItemId }) => [`${packageId} ${orderItemId}`, id]));

  const packageId = (number: string) => found(idByNumber.get(number), `package ${number}`);
  return {
    package: packageId,
    item: (number, orderItemId) =>
      found(itemIds.get(`${packageId(number)} ${orderItemId}`), `item ${orderItemId} of package ${number}`),
  };
}

export function found(id: bigint | undefined, what: string): bigint {
  if (id === undefined) throw new Error(`${what} was planned but not saved`);
  return id;
}
