import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { closeUnseenProblems, type NewProblem, openProblems } from "@drumline/problems";

import { applyTransitions, lockOrders } from "../states/index.ts";
import { PARCEL_EXPIRED, PARCEL_MISSING, SILENT, toParcelSubject } from "./problem-kinds.ts";
import type { ShipmentSettings } from "./settings.ts";
import {
  countShippable,
  findShippable,
  findStuckParcels,
  findUnderWay,
  type PackedPackage,
  type StuckParcel,
} from "./ship-packages.sql.ts";

const MOST_LISTED = 100;
const MOST_STUCK = 10_000;

/**
 * Ships packed packages whose parcel the carrier has (OMS guide, task 18) and brings them as far as the parcel is. A
 * package whose parcel was deleted, or of whose parcel nothing is heard, is left as it is and reported.
 */
export async function autoRunShipThePackageCommand(
  context: TaskContext<object, { readonly settings: Pick<ShipmentSettings, "trackingBatchSize"> }, Database>,
): Promise<TaskResult> {
  const { db, run, limit, signal, gateways } = context;
  if (context.dryRun) return await dryRun(context);
  const startedAt = context.clock.now();
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
  return { ...counts, withoutParcel: await saveStuckParcels(context, startedAt) };
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

/**
 * Opens a problem for all that waits in vain for its parcel, and closes those of what does not any more. Answers how many
 * packed packages wait.
 */
async function saveStuckParcels(
  { db, clock, reportProblem }: TaskContext<object, unknown, Database>,
  startedAt: Date,
): Promise<number> {
  const stuck = await findStuckParcels(db, MOST_STUCK);
  await openProblems(db, stuck.map(toProblem), clock.now());
  if (stuck.length < MOST_STUCK)
    for (const kind of [PARCEL_MISSING, PARCEL_EXPIRED])
      await closeUnseenProblems(db, {
        kind,
        before: startedAt,
        reason: "nothing waits for it any more",
        at: clock.now(),
      });
  const packed = stuck.filter(({ isPacked }) => isPacked);
  for (const { number, status } of packed.slice(0, MOST_LISTED))
    reportProblem({
      recordId: `package ${number}`,
      error:
        status === "DELETED"
          ? "packed, and its parcel was deleted at the carrier: announce a new one, or cancel the package"
          : "packed, and nothing was heard of its parcel for thirty days: ask the carrier, or announce a new one",
    });
  return packed.length;
}

function toProblem(stuck: StuckParcel): NewProblem {
  const { status, what, number } = stuck;
  return status === "EXPIRED"
    ? { kind: PARCEL_EXPIRED, subject: toParcelSubject(stuck), reason: SILENT, detail: { [what]: number } }
    : { kind: PARCEL_MISSING, subject: { type: what, key: number }, reason: "its parcel was deleted at the carrier" };
}

async function dryRun({ db }: TaskContext<object, unknown, Database>): Promise<TaskResult> {
  const first = await findShippable(db, 0n, MOST_LISTED);
  return {
    wouldShip: await countShippable(db),
    first: first.map(({ id, number, status }) => ({ package: String(id), number, shipment: status })),
    withoutParcel: (await findStuckParcels(db, MOST_STUCK)).filter(({ isPacked }) => isPacked).length,
  };
}
