import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Place } from "../../gateways/omnitron/port.ts";
import { groupBy } from "../../group-by.ts";
import type { PackageState } from "../../states/index.ts";
import { EXCEPTION_STATES } from "../../states/package-states.ts";
import { stillExcluded } from "../fulfilment/excluded-locations.sql.ts";
import { NOWHERE } from "../fulfilment/waiting-order.sql.ts";
import type { PlanningTrigger, WaitingLine, WaitingOrder } from "../rules/waiting-order.ts";
import { isDue, type ReplanScope } from "./claim-replans.sql.ts";

/** A package to be planned again, as an order of just its items. */
export interface Replan {
  readonly packageId: bigint;
  readonly packageNumber: string;
  readonly state: PackageState;
  readonly failures: number;
  readonly order: WaitingOrder;
}

type Row = Omit<Replan, "order"> & Omit<WaitingOrder, "lines" | "address"> & { readonly address: Partial<Place> };

/** The longest due package of each order; one at a time, since each changes what the next of its order may use. */
export async function loadReplans(
  db: Database | Transaction,
  orderIds: readonly bigint[],
  scope: ReplanScope,
  trigger: PlanningTrigger,
): Promise<Replan[]> {
  const rows = await db.$queryRaw<Row[]>(Prisma.sql`
    SELECT DISTINCT ON (orders.id) package.id AS "packageId", package.number AS "packageNumber",
      package.state::text AS state, package.replan_attempts AS failures, orders.id, orders.number,
      channel.omnitron_id::float8 AS channel, shipping_option AS "shippingOption", payment_type AS "paymentType",
      customer_type AS "customerType", address, ${trigger} AS trigger, plan.attempts AS "attemptsSoFar",
      (SELECT count(*)::int FROM package other WHERE other.order_id = orders.id) AS "packagesSoFar",
      EXISTS (
        SELECT FROM package other
        WHERE other.order_id = orders.id AND other.id <> package.id
          AND other.state::text = ANY(${[...EXCEPTION_STATES]}::text[])) AS "hasOpenShortfall"
    FROM package
    JOIN orders ON orders.id = package.order_id
    JOIN channel ON channel.id = orders.channel_id
    JOIN order_execution_plan plan ON plan.id = package.plan_id
    WHERE orders.id = ANY(${[...orderIds]}::bigint[]) AND ${isDue(scope)}
    ORDER BY orders.id, package.next_replan_at, package.id`);
  const lines = await loadLines(
    db,
    rows.map(({ packageId }) => packageId),
  );
  return rows.map(({ packageId, packageNumber, state, failures, address, ...order }) => ({
    packageId,
    packageNumber,
    state,
    failures,
    order: { ...order, address: { ...NOWHERE, ...address }, lines: lines.get(packageId) ?? [] },
  }));
}

/** What packages hold, as lines that want a place, by package. */
export async function loadLines(
  db: Database | Transaction,
  packageIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, WaitingLine[]>> {
  const rows = await db.$queryRaw<(WaitingLine & { readonly packageId: bigint })[]>(Prisma.sql`
    SELECT held.package_id AS "packageId", item.id AS "orderItemId", item.product_id AS "productId", product.sku,
      item.attributes, held.quantity AS wanted, ${stillExcluded} AS "excludedLocationIds"
    FROM package_item held
    JOIN order_item item ON item.id = held.order_item_id
    JOIN product ON product.id = item.product_id
    LEFT JOIN order_execution_plan_item plan_item ON plan_item.order_item_id = item.id
    WHERE held.package_id = ANY(${[...packageIds]}::bigint[]) AND held.state <> 'CANCELLED'
    ORDER BY item.id`);
  return groupBy(rows, ({ packageId }) => packageId);
}

/** A package that takes the place of another. */
export interface Replacement {
  readonly oldId: bigint;
  readonly newId: bigint;
  /** What is still short keeps counting where the old package was. */
  readonly failures: number | null;
  readonly nextReplanAt: Date | null;
}

/** Links new packages to those they replace; what is still short goes on with the failures counted before. */
export async function linkReplacements(tx: Transaction, replacements: readonly Replacement[]): Promise<void> {
  if (replacements.length === 0) return;
  const rows = replacements.map(({ oldId, newId, failures, nextReplanAt }) => ({
    old_id: String(oldId),
    new_id: String(newId),
    failures,
    next_replan_at: nextReplanAt,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE package SET replanned_from_id = old_id, replan_attempts = coalesce(failures, 0),
      next_replan_at = coalesce(link.next_replan_at, package.next_replan_at)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS link(old_id bigint, new_id bigint, failures int, next_replan_at timestamptz)
    WHERE package.id = link.new_id`);
}

/** A package that found no place again. */
export interface Failure {
  readonly packageId: bigint;
  readonly failures: number;
  readonly nextReplanAt: Date;
}

/** The package stays; it is tried again after its pause. */
export async function saveFailures(tx: Transaction, failed: readonly Failure[], at: Date): Promise<void> {
  if (failed.length === 0) return;
  const rows = failed.map(({ packageId, failures, nextReplanAt }) => ({
    id: String(packageId),
    failures,
    next_replan_at: nextReplanAt,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE package SET replan_attempts = failures, next_replan_at = failure.next_replan_at, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS failure(id bigint, failures int, next_replan_at timestamptz)
    WHERE package.id = failure.id`);
}
