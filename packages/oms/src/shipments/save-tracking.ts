import { commitApart, type Committed, type Database, toRefusalText } from "@drumline/db";
import { type OutboxEvent, saveEvents } from "@drumline/events/outbox";
import { type NewProblem, openProblems } from "@drumline/problems";

import {
  applyTransitions,
  lockOrdersOf,
  type ShipmentStatus,
  type StateChange,
  toPackageSteps,
  toTransferSteps,
} from "../states/index.ts";
import type { ClaimedShipment } from "./claim-shipments.sql.ts";
import { planTracking, type PollPlan } from "./plan-tracking.ts";
import { PARCEL_EXPIRED, PARCEL_NOT_GIVEN_BACK, SILENT, toParcelSubject } from "./problem-kinds.ts";
import { lockShipments, type ParcelOwner, type PlannedPoll, saveParcelEvents, savePolls } from "./save-polls.sql.ts";

export interface PolledShipment {
  readonly shipment: ClaimedShipment;
  readonly plan: PollPlan;
}

export interface SavedTracking {
  /** As they were saved: one whose answer the database refused is a failed poll. */
  readonly polled: readonly PolledShipment[];
  /** Shipments whose status moved. */
  readonly moved: number;
  readonly expired: number;
  readonly newEvents: number;
}

interface Saving {
  readonly runId: string;
  readonly actor: string;
  readonly at: Date;
}

/**
 * One transaction for a batch of polls, of all carriers (a few where they tell very much). Where the database refuses it for what one carrier has said, that
 * parcel's poll alone is saved as a failed one, with the reason.
 */
export async function saveTracking(
  db: Database,
  polled: readonly PolledShipment[],
  saving: Saving,
): Promise<SavedTracking> {
  const saved = { moved: 0, expired: 0, newEvents: 0 };
  const save = async (batch: readonly PolledShipment[]) => {
    const { moved, expired, newEvents } = await saveBatch(db, batch, saving);
    saved.moved += moved;
    saved.expired += expired;
    saved.newEvents += newEvents;
    return batch;
  };
  const committed: Committed<PolledShipment>[] = [];
  for (const part of partsOf(polled)) committed.push(...(await commitApart(part, save)));
  const refused = polled.flatMap((poll, index): PolledShipment[] => {
    const outcome = committed[index]!;
    return outcome.isCommitted ? [] : [toFailedPoll(poll, outcome.error, saving.at)];
  });
  if (refused.length > 0) await save(refused);
  const failedById = new Map(refused.map((poll) => [poll.shipment.id, poll]));
  return { ...saved, polled: polled.map((poll) => failedById.get(poll.shipment.id) ?? poll) };
}

/** More of them in one statement would hold up the process while it is written. */
const MOST_EVENTS = 5_000;

/** The batch as it is, unless its carriers have very much to tell. */
function partsOf(polled: readonly PolledShipment[]): PolledShipment[][] {
  const parts: PolledShipment[][] = [];
  let events = Infinity;
  for (const poll of polled) {
    events += poll.plan.events.length;
    if (events > MOST_EVENTS) {
      parts.push([]);
      events = poll.plan.events.length;
    }
    parts.at(-1)!.push(poll);
  }
  return parts;
}

function toFailedPoll({ shipment }: PolledShipment, refusal: unknown, at: Date): PolledShipment {
  const error = `what the carrier says of it cannot be stored: ${toRefusalText(refusal)}`;
  return { shipment, plan: planTracking(shipment, { kind: "failed", error, retryAfterMs: null }, at) };
}

/** Statuses and what they mean for packages and transfers, history, and when to ask again. */
async function saveBatch(
  db: Database,
  polled: readonly PolledShipment[],
  { runId, actor, at }: Saving,
): Promise<Omit<SavedTracking, "polled">> {
  const polls = polled.map(({ shipment, plan }): PlannedPoll => ({ shipmentId: shipment.id, plan }));
  const moving = polled.filter(({ plan }) => plan.to !== null);
  return await db.$transaction(async (tx) => {
    const changes: StateChange[] = [];
    if (moving.length > 0) {
      // Before any stock, which goods that leave or arrive lock: a cancellation takes them in this order as well.
      await lockOrdersOf(tx, new Map([["shipment", moving.map(({ shipment }) => shipment.id)]]));
      // While the carrier was asked, the package may have come to go by another parcel.
      const owners = new Map((await lockShipments(tx, polls)).map((owner) => [owner.id, owner]));
      changes.push(
        ...moving.flatMap(({ shipment, plan }) => changesOf(owners.get(shipment.id) ?? shipment, plan.to, actor)),
      );
    }
    const { applied } = await applyTransitions(tx, changes, at);
    const newEvents = await saveParcelEvents(tx, polls);
    const numbers = await savePolls(tx, polls, { runId, at });
    await saveEvents(
      tx,
      polled.flatMap((poll) => awbEventOf(poll, numbers.get(poll.shipment.id) ?? null, at) ?? []),
    );
    await openProblems(tx, polled.flatMap(toProblem), at);
    const steps = applied.filter(({ change }) => change.entity === "shipment");
    const expired = steps.filter(({ to }) => to === "EXPIRED").length;
    return { moved: steps.length - expired, expired, newEvents };
  });
}

/**
 * A package follows once it is shipped; one that is still packed is shipped by its own task, which then catches up with
 * the parcel. So the package's change is asked for in any case: whichever of the two comes second carries it out.
 */
function changesOf({ id, packageId, transferOrderId }: ParcelOwner, to: PollPlan["to"], actor: string): StateChange[] {
  if (to === null) return [];
  return [
    ...toShipmentChange(id, to, actor),
    ...(packageId === null ? [] : toPackageSteps(packageId, to, actor)),
    ...(transferOrderId === null ? [] : toTransferSteps(transferOrderId, to, actor)),
  ];
}

function toProblem({ shipment, plan: { to } }: PolledShipment): NewProblem[] {
  if (to === null || to === "DELETED") return [];
  const subject = toParcelSubject(shipment);
  if (!shipment.isWantedBack) return to === "EXPIRED" ? [{ kind: PARCEL_EXPIRED, subject, reason: SILENT }] : [];
  const what = to === "EXPIRED" ? "its carrier does not answer" : "its carrier has it already";
  const reason = `it was called back, since it is not wanted any more, but ${what}`;
  return [{ kind: PARCEL_NOT_GIVEN_BACK, subject, reason, detail: { status: to } }];
}

/** Whoever prints labels waits for this one; told by whoever wrote it down, since two may announce the same parcel. */
function awbEventOf(
  { shipment, plan: { announced } }: PolledShipment,
  trackingNumber: string | null,
  at: Date,
): OutboxEvent | null {
  if (announced === null || shipment.isWantedBack || trackingNumber !== announced.trackingNumber) return null;
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
