import { backoffAfter, DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { pauseEnd, type Turn } from "@drumline/core/task";

import type { AnnouncedParcel, CarrierStatus, ParcelEvent, Tracking } from "@drumline/outbound/carriers";
import type { ShipmentStatus } from "../states/index.ts";
import { toEventsHash } from "./events-hash.ts";
import { CLOSED_STATUSES, isForward } from "./shipment-status.ts";

/** What a poll needs to know of a parcel beforehand. */
export interface OpenShipment {
  readonly id: bigint;
  readonly carrierCode: string;
  /** Null until the carrier has been told of it. */
  readonly trackingNumber: string | null;
  readonly status: ShipmentStatus;
  readonly createdAt: Date;
  readonly lastEventAt: Date | null;
  /** Of the events that are known, by `toEventsHash`; null while that is not known. */
  readonly eventsHash?: string | null;
  readonly pollFailures: number;
  /** What it was for is cancelled or goes by another parcel: it is called back; not so unless given. */
  readonly isWantedBack?: boolean;
}

export type PollAnswer =
  | { readonly kind: "announced"; readonly parcel: AnnouncedParcel }
  | { readonly kind: "tracked"; readonly tracking: Tracking }
  /** Asked for the parcel back, the carrier says what it is now. */
  | { readonly kind: "calledBack"; readonly status: CarrierStatus }
  | { readonly kind: "failed"; readonly error: string; readonly retryAfterMs: number | null };

/** What a poll means. */
export interface PollPlan {
  /** The status it moves on to; null where it stays. */
  readonly to: Exclude<ShipmentStatus, "CREATED"> | null;
  /** Those that may be new; the table keeps each once. */
  readonly events: readonly ParcelEvent[];
  /** What the carrier calls a parcel it was told of. */
  readonly announced: AnnouncedParcel | null;
  readonly lastEventAt: Date | null;
  /** The carrier's time of taking it over; null where that is not new. */
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly rawStatus: string | null;
  readonly nextPollAt: Date;
  readonly pollFailures: number;
  readonly pollError: string | null;
}

/** No parcel is asked about twice within it, whichever tasks ask. */
const POLL_GAP_MS = HOUR_MS;
/** However long a carrier asks to be left alone, and however often a poll has failed. */
const LONGEST_GAP_MS = DAY_MS;
/** A parcel nobody has seen for so long is no longer asked about. */
export const SILENT_AFTER_MS = 30 * DAY_MS;

/** A poll of a parcel the carrier does not know yet announces it. A failed poll makes the next one later; a good one moves the status forward. Long silence ends the asking, also that of a carrier which only fails. */
export function planTracking(
  shipment: OpenShipment,
  answer: PollAnswer,
  now: Date,
  dueAt: Date | null = null,
): PollPlan {
  const turn = { dueAt, now };
  switch (answer.kind) {
    case "failed":
      return planRetry(shipment, answer, turn);
    case "announced":
      return {
        ...NOTHING_NEW,
        ...(shipment.isWantedBack ? { nextPollAt: now } : planNext(turn)),
        lastEventAt: shipment.lastEventAt,
        announced: answer.parcel,
      };
    case "calledBack":
      return planUpdate(shipment, { status: answer.status, events: [] }, turn);
    case "tracked":
      return planUpdate(shipment, answer.tracking, turn);
  }
}

function planRetry(
  shipment: OpenShipment,
  { error, retryAfterMs }: PollAnswer & { kind: "failed" },
  turn: Turn,
): PollPlan {
  const { pollFailures, lastEventAt } = shipment;
  const gapMs = backoffAfter(pollFailures + 1, { firstMs: POLL_GAP_MS, longestMs: LONGEST_GAP_MS });
  return {
    ...NOTHING_NEW,
    to: isSilent(shipment, lastEventAt, turn.now) ? "EXPIRED" : null,
    lastEventAt,
    nextPollAt:
      retryAfterMs === null || retryAfterMs <= gapMs
        ? pauseEnd(turn, gapMs)
        : new Date(turn.now.getTime() + Math.min(LONGEST_GAP_MS, retryAfterMs)),
    pollFailures: pollFailures + 1,
    pollError: error,
  };
}

function planUpdate(shipment: OpenShipment, { status, events }: Tracking, turn: Turn): PollPlan {
  const { now } = turn;
  const newest = events.reduce<Date | null>(
    (latest, { occurredAt }) => (latest === null || occurredAt > latest ? occurredAt : latest),
    shipment.lastEventAt,
  );
  const to = isForward(shipment.status, status) && status !== "CREATED" ? status : null;
  const isNews = to !== null || newest?.getTime() !== shipment.lastEventAt?.getTime() || hasLateEvent(shipment, events);
  const atOf = (isIt: (event: ParcelEvent) => boolean) =>
    events
      .filter(isIt)
      .reduce<Date | null>(
        (first, { occurredAt }) => (first === null || occurredAt < first ? occurredAt : first),
        null,
      );
  return {
    ...NOTHING_NEW,
    to: to ?? (isSilent(shipment, newest, now) ? "EXPIRED" : null),
    events: isNews ? events : [],
    lastEventAt: newest,
    shippedAt: isNews ? atOf((event) => event.status !== "CREATED" && event.status !== "DELETED") : null,
    deliveredAt: to === "DELIVERED" ? (atOf((event) => event.status === "DELIVERED") ?? now) : null,
    rawStatus: status,
    ...planNext(turn),
  };
}

/** A scan may be told after younger ones. */
const hasLateEvent = ({ eventsHash }: OpenShipment, events: readonly ParcelEvent[]): boolean =>
  eventsHash != null && events.length > 0 && eventsHash !== toEventsHash(events);

function isSilent({ status, createdAt }: OpenShipment, newest: Date | null, now: Date): boolean {
  const isOpen = !(CLOSED_STATUSES as readonly ShipmentStatus[]).includes(status);
  return isOpen && now.getTime() - (newest ?? createdAt).getTime() >= SILENT_AFTER_MS;
}

const planNext = (turn: Turn) => ({ nextPollAt: pauseEnd(turn, POLL_GAP_MS) });

const NOTHING_NEW = {
  announced: null,
  to: null,
  events: [],
  shippedAt: null,
  deliveredAt: null,
  rawStatus: null,
  pollFailures: 0,
  pollError: null,
};
