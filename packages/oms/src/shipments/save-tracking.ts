import type { Database } from "@drumline/db";
import { type OutboxEvent, saveEvents } from "@drumline/outbound/outbox";

import { applyTransitions, type ShipmentStatus, type StateChange } from "../transitions/index.ts";
import type { ClaimedShipment } from "./claim-shipments.sql.ts";
import type { PollPlan } from "./plan-tracking.ts";
import { type PlannedPoll, saveParcelEvents, savePolls } from "./save-polls.sql.ts";
import { packageStateOf } from "./shipment-status.ts";

export interface PolledShipment {
  readonly shipment: ClaimedShipment;
  readonly plan: PollPlan;
}

export interface SavedTracking {
  /** Shipments whose status moved. */
  readonly moved: number;
  readonly expired: number;
  readonly newEvents: number;
}

/** One transaction for a batch of polls: statuses and what they mean for packages and transfers, history, and when to ask again. */
export async function saveTracking(
  db: Database,
  polled: readonly PolledShipment[],
  { runId, actor, at }: { runId: string; actor: string; at: Date },
): Promise<SavedTracking> {
  const polls = polled.map(({ shipment, plan }): PlannedPoll => ({ shipmentId: shipment.id, plan }));
  const changes = polled.flatMap(({ shipment, plan }) => changesOf(shipment, plan.to, actor));
  return await db.$transaction(async (tx) => {
    const { applied } = await applyTransitions(tx, changes, at);
    const newEvents = await saveParcelEvents(tx, polls);
    await saveEvents(
      tx,
      polled.flatMap((poll) => awbEventOf(poll, at) ?? []),
    );
    await savePolls(tx, polls, { runId, at });
    const steps = applied.filter(({ change }) => change.entity === "shipment");
    const expired = steps.filter(({ to }) => to === "EXPIRED").length;
    return { moved: steps.length - expired, expired, newEvents };
  });
}

/**
 * A package follows once it is shipped; one that is still packed is shipped by its own task, which then catches up with
 * the parcel. So the package's change is asked for in any case: whichever of the two comes second carries it out.
 */
function changesOf(
  { id, packageId, transferOrderId }: ClaimedShipment,
  to: PollPlan["to"],
  actor: string,
): StateChange[] {
  if (to === null) return [];
  return [
    ...toShipmentChange(id, to, actor),
    ...(packageId === null ? [] : toPackageChange(packageId, to, actor)),
    ...(transferOrderId === null ? [] : toTransferChanges(transferOrderId, to, actor)),
  ];
}

/** Whoever prints labels waits for this one. */
function awbEventOf({ shipment, plan: { announced } }: PolledShipment, at: Date): OutboxEvent | null {
  if (announced === null) return null;
  return {
    eventType: "package.shipment.awb_number",
    entityType: "shipment",
    entityId: shipment.id,
    payload: {
      carrier: shipment.carrierCode,
      tracking_number: announced.trackingNumber,
      awb_number: announced.awbNumber,
      label_url: announced.labelUrl,
    },
    at,
  };
}

function toShipmentChange(id: bigint, to: ShipmentStatus, actor: string): StateChange[] {
  const entity = "shipment";
  if (to === "DELETED") return [{ entity, id, command: "DELETE_SHIPMENT", actor }];
  if (to === "EXPIRED") return [{ entity, id, command: "EXPIRE_SHIPMENT", actor }];
  return to === "CREATED" ? [] : [{ entity, id, command: "UPDATE_SHIPMENT_STATUS", to, actor }];
}

function toPackageChange(id: bigint, status: ShipmentStatus, actor: string): StateChange[] {
  const to = packageStateOf(status);
  return to === null ? [] : [{ entity: "package", id, command: "UPDATE_SHIPMENT_STATUS", to, actor }];
}

/** Goods that have arrived have also left. */
function toTransferChanges(id: bigint, status: ShipmentStatus, actor: string): StateChange[] {
  if (status === "CREATED" || status === "DELETED" || status === "EXPIRED") return [];
  const left: StateChange = { entity: "transfer_order", id, command: "TRANSFER_IN_TRANSIT", actor };
  const arrived: StateChange = { entity: "transfer_order", id, command: "TRANSFER_TRANSFERRED", actor };
  return status === "DELIVERED" ? [left, arrived] : [left];
}
