import type { JsonValue, TaskResult } from "@drumline/core/task";

import type { OmsContext } from "../context.ts";
import {
  claimDueShipments,
  type ClaimedShipment,
  countDueShipments,
  findDueShipments,
  releaseShipments,
  type TrackingScope,
} from "./claim-shipments.sql.ts";
import { loadAnnouncements } from "./announcements.sql.ts";
import { planTracking } from "./plan-tracking.ts";
import { pollShipments } from "./poll-shipments.ts";
import { saveTracking } from "./save-tracking.ts";

/** All open parcels of packages (OMS guide, task 7). */
export const updateAllTrackingInformation = (context: OmsContext<object>) => updateTracking(context, "packages");

/** Open parcels announced within seven days (OMS guide, task 8). */
export const updateAllSevenDaysTrackingInformation = (context: OmsContext<object>) =>
  updateTracking(context, "packages of seven days");

/** Open parcels of transfer orders (OMS guide, task 9). */
export const updateAllTransferOrderTrackingInformation = (context: OmsContext<object>) =>
  updateTracking(context, "transfers");

const MOST_LISTED = 100;

/** Asks the carriers about due shipments, batch by batch, until none is left, the limit is reached or the signal says stop. */
async function updateTracking(context: OmsContext<object>, scope: TrackingScope): Promise<TaskResult> {
  const { db, run, limit, signal, clock, gateways } = context;
  const { batchSize } = gateways.settings.tracking;
  if (context.dryRun) return await rehearse(context, scope);
  const backlog = await askForHelp(context, scope);
  const counts = { polled: 0, announced: 0, moved: 0, expired: 0, events: 0, failed: 0, unasked: 0 };
  if (backlog === 0) return counts;
  const unreachable = new Map<string, string>();

  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(batchSize, (limit ?? Infinity) - counts.polled);
    const passedOver = [...unreachable.keys()];
    const claimed =
      room > 0 ? await claimDueShipments(db, scope, { runId: run.id, now: clock.now(), limit: room, passedOver }) : [];
    if (claimed.length === 0) break;
    const unsaved = new Set(claimed.map(({ id }) => id));
    try {
      const batch = await pollShipments(gateways.carriers, claimed, await loadUnannounced(db, claimed), signal);
      for (const [carrier, error] of batch.unreachable) unreachable.set(carrier, error);
      const at = clock.now();
      const polled = batch.answers.map(({ shipment, answer }) => ({
        shipment,
        plan: planTracking(shipment, answer, at),
      }));
      const saved = await saveTracking(db, polled, { runId: run.id, actor: run.task, at });
      for (const { shipment, plan } of saved.polled) {
        unsaved.delete(shipment.id);
        if (plan.pollError !== null)
          context.reportProblem({ recordId: `shipment ${shipment.id}`, error: plan.pollError });
      }
      counts.polled += polled.length;
      counts.announced += saved.polled.filter(({ plan }) => plan.announced !== null).length;
      counts.moved += saved.moved;
      counts.expired += saved.expired;
      counts.events += saved.newEvents;
      counts.failed += saved.polled.filter(({ plan }) => plan.pollError !== null).length;
      counts.unasked += batch.unasked.length;
    } finally {
      await releaseShipments(db, run.id, [...unsaved]);
    }
    context.progress(counts.polled, Math.max(backlog, counts.polled));
  }
  for (const [carrier, error] of unreachable) context.reportProblem({ recordId: `carrier ${carrier}`, error });
  return counts;
}

const loadUnannounced = (db: OmsContext<object>["db"], shipments: readonly ClaimedShipment[]) =>
  loadAnnouncements(
    db,
    shipments.filter(({ trackingNumber }) => trackingNumber === null).map(({ id }) => id),
  );

/** Counts what is due, as far as it matters, and asks for as many more runs as there are further batches. */
async function askForHelp(
  { db, clock, gateways, askForHelpers }: OmsContext<object>,
  scope: TrackingScope,
): Promise<number> {
  const { batchSize, helpers: mostHelpers } = gateways.settings.tracking;
  const backlog = await countDueShipments(db, scope, clock.now(), batchSize * (mostHelpers + 1));
  await askForHelpers(Math.ceil(backlog / batchSize) - 1);
  return backlog;
}

/** Asks nobody: lists whom it would ask about. */
async function rehearse({ db, clock, limit }: OmsContext<object>, scope: TrackingScope): Promise<TaskResult> {
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
