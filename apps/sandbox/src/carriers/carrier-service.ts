import type { OrderSource } from "../dataset/index.ts";
import { type CarrierEvent, type CarrierStatus, takenOverMs, toParcelStory } from "./parcel-story.ts";
import { type Parcel, parseTrackingNumber, type ShipmentType, toTrackingNumber } from "./tracking-number.ts";

export interface Announcement {
  readonly carrier: string;
  readonly shipmentId: string;
  readonly orderNumber: string;
  readonly type: ShipmentType;
  readonly units: number;
}

export interface ParcelView {
  readonly trackingNumber: string;
  readonly status: CarrierStatus;
  readonly events: readonly CarrierEvent[];
}

/** Every carrier there is: parcels come into being by announcement, and move by the lifecycle of their order. */
export interface CarrierService {
  /** The same shipment id again is the same parcel. Null: there is no such order. */
  announce(announcement: Announcement, nowMs: number): ParcelView | null;
  /** Null: no parcel of this carrier has the number. */
  look(carrier: string, trackingNumber: string, nowMs: number): ParcelView | null;
  /** Deleted, or what it is instead: a parcel that was taken over goes on. Null as in `look`. */
  callBack(carrier: string, trackingNumber: string, nowMs: number): ParcelView | null;
  /** When the last unit of the order was taken over; null while one is missing. */
  allTakenOverMs(orderPk: number, units: number): number | null;
  /** When the last thing happens to any parcel that was announced so far; -Infinity before the first. */
  lastEventMs(): number;
  counts(): { readonly announced: number; readonly calledBack: number; readonly looks: number };
}

interface Taken {
  units: number;
  lastMs: number;
}

export function createCarrierService(orders: OrderSource): CarrierService {
  const byShipment = new Map<string, string>();
  const calledBackMs = new Map<string, number>();
  /** Kept for orders that will be cancelled only: no other order asks for it. */
  const taken = new Map<number, Taken>();
  let looks = 0;
  let lastEventMs = -Infinity;

  const view = (trackingNumber: string, parcel: Parcel, nowMs: number): ParcelView => {
    const story = toParcelStory(orders.at(parcel.orderPk - 1), parcel.type, parcel.createdMs);
    const deletedMs = calledBackMs.get(trackingNumber);
    const events =
      deletedMs === undefined
        ? story.filter(({ atMs }) => atMs <= nowMs)
        : [story[0]!, { atMs: deletedMs, status: "DELETED" as const, location: "sender", description: "called back" }];
    return { trackingNumber, status: (events.at(-1) ?? story[0]!).status, events };
  };

  const find = (carrier: string, trackingNumber: string): Parcel | null => {
    const parcel = parseTrackingNumber(carrier, trackingNumber);
    const isKnown = parcel !== null && parcel.orderPk >= 1 && parcel.orderPk <= (orders.total ?? Infinity);
    return isKnown ? parcel : null;
  };

  const noteTaken = (orderPk: number, type: ShipmentType, units: number, createdMs: number) => {
    const order = orders.at(orderPk - 1);
    const takenMs = takenOverMs(order, type, createdMs);
    if (order.lifecycle.status !== "canceled" || type === "TRANSFER" || takenMs === null) return;
    const sofar = taken.get(orderPk) ?? { units: 0, lastMs: 0 };
    taken.set(orderPk, { units: sofar.units + units, lastMs: Math.max(sofar.lastMs, takenMs) });
  };

  return {
    announce: ({ carrier, shipmentId, orderNumber, type, units }, nowMs) => {
      const position = orders.positionOf(orderNumber);
      if (position === null) return null;
      const key = `${carrier} ${shipmentId}`;
      const orderPk = position + 1;
      let number = byShipment.get(key);
      if (number === undefined) {
        number = toTrackingNumber({ carrier, orderPk, createdMs: nowMs, type, shipmentId });
        byShipment.set(key, number);
        noteTaken(orderPk, type, units, nowMs);
        lastEventMs = Math.max(lastEventMs, toParcelStory(orders.at(position), type, nowMs).at(-1)!.atMs);
      }
      return view(number, find(carrier, number)!, nowMs);
    },
    look: (carrier, trackingNumber, nowMs) => {
      looks += 1;
      const parcel = find(carrier, trackingNumber);
      return parcel === null ? null : view(trackingNumber, parcel, nowMs);
    },
    callBack: (carrier, trackingNumber, nowMs) => {
      const parcel = find(carrier, trackingNumber);
      if (parcel === null) return null;
      const now = view(trackingNumber, parcel, nowMs);
      if (now.status === "CREATED") calledBackMs.set(trackingNumber, nowMs);
      return view(trackingNumber, parcel, nowMs);
    },
    allTakenOverMs: (orderPk, units) => {
      const sofar = taken.get(orderPk);
      return sofar !== undefined && sofar.units >= units ? sofar.lastMs : null;
    },
    lastEventMs: () => lastEventMs,
    counts: () => ({ announced: byShipment.size, calledBack: calledBackMs.size, looks }),
  };
}
