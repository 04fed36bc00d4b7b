import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { applyTransitions, lockOrders } from "../states/index.ts";
import type { ShipmentSettings } from "./settings.ts";
import {
  countShippable,
  findParcelLess,
  findShippable,
  findUnderWay,
  type PackedPackage,
} from "./ship-packages.sql.ts";

const MOST_LISTED = 100;

/**
 * Ships packed packages whose parcel the carrier has (OMS guide, task 18) and brings them as far as the parcel is. A
 * package whose parcel was deleted is left as it is and reported.
 */
export async function autoRunShipThePackageCommand(
  context: TaskContext<object, { readonly settings: Pick<ShipmentSettings, "trackingBatchSize"> }, Database>,
): Promise<TaskResult> {
  const { db, run, limit, signal, gateways } = context;
  if (context.dryRun) return await dryRun(context);
  let afterId = 0n;
  const counts = { shipped: 0, furtherOn: 0, refused: 0 };
  for (let seen = 0; seen < (limit ?? Infinity);) {
    signal.throwIfAborted();
    const room = Math.min(gateways.settings.trackingBatchSize, (limit ?? Infinity) - seen);
    const packages = await findShippable(db, afterId, room);
    if (packages.length === 0) break;
    afterId = packages.at(-1)!.id;
    seen += packages.length;
    const done = await ship(context, packages, run.task);
    counts.shipped += done.shipped;
    counts.furtherOn += done.furtherOn;
    counts.refused += packages.length - done.shipped;
    context.progress(counts.shipped);
  }
  const parcelLess = await findParcelLess(db, MOST_LISTED);
  for (const { number } of parcelLess.first)
    context.reportProblem({
      recordId: `package ${number}`,
      error: "packed, and its parcel was deleted at the carrier: announce a new one, or cancel the package",
    });
  return { ...counts, withoutParcel: parcelLess.count };
}

/** One that another command has taken meanwhile is refused, which is as it should be. */
async function ship(
  { db, clock }: TaskContext<object, unknown, Database>,
  packages: readonly PackedPackage[],
  actor: string,
): Promise<{ readonly shipped: number; readonly furtherOn: number }> {
  const ids = packages.map(({ id }) => id);
  return await db.$transaction(async (tx) => {
    await lockOrders(tx, [...new Set(packages.map(({ orderId }) => orderId))]);
    const underWay = await findUnderWay(tx, ids);
    const { applied } = await applyTransitions(
      tx,
      underWay.map((id) => ({ entity: "package", id, command: "SHIP_THE_PACKAGE", actor })),
      clock.now(),
    );
    const shipped = applied.filter(
      ({ change }) => change.entity === "package" && change.command === "SHIP_THE_PACKAGE",
    );
    const further = applied.filter(
      ({ change }) => change.entity === "package" && change.command === "UPDATE_SHIPMENT_STATUS",
    );
    return { shipped: shipped.length, furtherOn: further.length };
  });
}

async function dryRun({ db }: TaskContext<object, unknown, Database>): Promise<TaskResult> {
  const first = await findShippable(db, 0n, MOST_LISTED);
  return {
    wouldShip: await countShippable(db),
    first: first.map(({ id, number, status }) => ({ package: String(id), number, shipment: status })),
    withoutParcel: (await findParcelLess(db, 1)).count,
  };
}
