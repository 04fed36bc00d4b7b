import { Prisma, type Transaction } from "@drumline/db";

import type { AppliedTransition, StateChange } from "./check-changes.ts";
import { isBehind, toPackageSteps, toTransferSteps } from "./parcel-steps.ts";
import type { PackageState, ShipmentStatus } from "./transition-rules.ts";

/**
 * What is left to do for packages and transfers that a command has just moved to where their parcel's carrier has its say:
 * its last word may have come before the command, and a parcel that is delivered is never asked about again. Where the
 * carrier's word moved them itself there is nothing to look for.
 */
export async function findStepsBehindParcels(
  tx: Transaction,
  applied: readonly AppliedTransition[],
): Promise<StateChange[]> {
  if (applied.some(({ change }) => change.entity === "shipment")) return [];
  const left = applied.filter(({ change, to }) => change.entity === "package" && ON_ITS_WAY.has(to));
  const ready = applied.filter(({ change, to }) => change.entity === "transfer_order" && GOING.has(to));
  const packages = left.length === 0 ? [] : await loadPackages(tx, idsOf(left));
  const transfers = ready.length === 0 ? [] : await loadTransfers(tx, idsOf(ready));
  const actors = new Map(applied.map(({ change }) => [`${change.entity} ${change.id}`, change.actor]));
  return [
    ...packages
      .filter(({ state, status }) => isBehind(state, status))
      .flatMap(({ id, status }) => toPackageSteps(id, status, actors.get(`package ${id}`)!)),
    ...transfers.flatMap(({ id, status }) => toTransferSteps(id, status, actors.get(`transfer_order ${id}`)!)),
  ];
}

const ON_ITS_WAY: ReadonlySet<string> = new Set([
  "SHIPPED",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERY_FAILED",
]);
const GOING: ReadonlySet<string> = new Set(["READY_TO_SHIPMENT", "IN_TRANSIT"]);

const idsOf = (applied: readonly AppliedTransition[]): bigint[] => [...new Set(applied.map(({ change }) => change.id))];

const loadPackages = (tx: Transaction, ids: readonly bigint[]) =>
  tx.$queryRaw<{ id: bigint; state: PackageState; status: ShipmentStatus }[]>(Prisma.sql`
    SELECT package.id, package.state::text AS state, shipment.status::text AS status
    FROM package JOIN shipment ON shipment.package_id = package.id AND shipment.status <> 'DELETED'
    WHERE package.id = ANY(${[...ids]}::bigint[]) ORDER BY package.id`);

const loadTransfers = (tx: Transaction, ids: readonly bigint[]) =>
  tx.$queryRaw<{ id: bigint; status: ShipmentStatus }[]>(Prisma.sql`
    SELECT transfer_order_id AS id, status::text AS status FROM shipment
    WHERE transfer_order_id = ANY(${[...ids]}::bigint[]) AND status NOT IN ('CREATED', 'DELETED', 'EXPIRED')
    ORDER BY transfer_order_id`);
