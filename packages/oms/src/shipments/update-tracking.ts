import { type JsonValue, shareBacklog, type TaskContext, type TaskResult, workInBatches } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { CarrierGateway } from "@drumline/outbound/carriers";
import { loadAnnouncements } from "./announcements.sql.ts";
import {
  claimDueShipments,
  type ClaimedShipment,
  countDueShipments,
  findDueShipments,
  releaseShipments,
  type TrackingScope,
} from "./claim-shipments.sql.ts";
import { planTracking } from "./plan-tracking.ts";
import { pollShipments } from "./poll-shipments.ts";
import { saveTracking } from "./save-tracking.ts";
import type { ShipmentSettings } from "./settings.ts";

type TrackingContext = TaskContext<
  object,
  { readonly carriers: CarrierGateway; readonly settings: ShipmentSettings },
  Database
>;

/** All open parcels of packages (OMS guide, task 7). */
export const updateAllTrackingInformation = (context: TrackingContext) => updateTracking(context, "packages");

/** Open parcels announced within seven days (OMS guide, task 8). */
export const updateAllSevenDaysTrackingInformation = (context: TrackingContext) =>
  updateTracking(context, "packages of seven days");

/** Open parcels of transfer orders (OMS guide, task 9). */
export const updateAllTransferOrderTrackingInformation = (context: TrackingContext) =>
  updateTracking(context, "transfers");

const MOST_LISTED = 100;

/** Asks the carriers about due shipments, batch by batch, until none is left, the limit is reached or the signal says stop. */
async function updateTracking(context: TrackingContext, scope: TrackingScope): Promise<TaskResult> {
  const { db, run, clock, gateways } = context;
  const { trackingBatchSize: batchSize, trackingHelpers: mostHelpers } = gateways.settings;
  if (context.dryRun) return await dryRun(context, scope);
  const backlog = await shareBacklog(context, {
    batchSize,
    mostHelpers,
    count: (most) => countDueShipments(db, scope, clock.now(), most),
  });
  const counts = { polled: 0, announced: 0, moved: 0, expired: 0, events: 0, failed: 0, unasked: 0 };
  if (backlog === 0) return counts;
  const unreachable = new Map<string, string>();
  await workInBatches(context, {
    batchSize,
    backlog,
    claim: (limit) =>
      claimDueShipments(db, scope, { runId: run.id, now: clock.now(), limit, excluded: [...unreachable.keys()] }),
    async work(claimed) {
      const batch = await trackBatch(context, claimed, unreachable);
      for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += batch[key];
      return batch.polled;
    },
  });
  for (const [carrier, error] of unreachable) context.reportProblem({ recordId: `carrier ${carrier}`, error });
  return counts;
}

/** Asks about claimed shipments and saves what the carriers say. Ends all their claims, whatever happens. */
async function trackBatch(
  context: TrackingContext,
  claimed: readonly ClaimedShipment[],
  unreachable: Map<string, string>,
) {
  const { db, run, signal, clock, gateways } = context;
  const unsaved = new Set(claimed.map(({ id }) => id));
  try {
    const batch = await pollShipments(gateways.carriers, claimed, await loadUnannounced(db, claimed), signal);
    for (const [carrier, error] of batch.unreachable) unreachable.set(carrier, error);
    const at = clock.now();
    const polled = batch.answers.map(({ shipment, answer }) => ({
      shipment,
      plan: planTracking(shipment, answer, at, run.dueAt),
    }));
    const saved = await saveTracking(db, polled, { runId: run.id, actor: run.task, at });
    for (const { shipment, plan } of saved.polled) {
      unsaved.delete(shipment.id);
      if (plan.pollError !== null)
        context.reportProblem({ recordId: `shipment ${shipment.id}`, error: plan.pollError });
    }
    return {
      polled: polled.length,
      announced: saved.polled.filter(({ plan }) => plan.announced !== null).length,
      moved: saved.moved,
      expired: saved.expired,
      events: saved.newEvents,
      failed: saved.polled.filter(({ plan }) => plan.pollError !== null).length,
      unasked: batch.unasked.length,
    };
  } finally {
    await releaseShipments(db, run.id, [...unsaved]);
  }
}

const loadUnannounced = (db: Database, shipments: readonly ClaimedShipment[]) =>
  loadAnnouncements(
    db,
    shipments.filter(({ trackingNumber }) => trackingNumber === null).map(({ id }) => id),
  );

/** Asks nobody: lists whom it would ask about. */
async function dryRun({ db, clock, limit }: TrackingContext, scope: TrackingScope): Promise<TaskResult> {
  const now = clock.now();
  const due = await countDueShipments(db, scope, now, limit ?? 1_000_000);
  const first = await findDueShipments(db, scope, now, Math.min(MOST_LISTED, limit ?? MOST_LISTED));
  return {
    wouldPoll: due,
    first: first.map(({ id, carrierCode, trackingNumber, status }): JsonValue => ({
      shipment: String(id),
      carrier: carrierCode,
      trackingNumber,
      status,
    })),
  };
}
