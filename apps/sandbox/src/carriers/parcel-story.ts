import { DAY_MS, HOUR_MS } from "@drumline/core/clock";

import { between, seededRandom } from "../seeded-random.ts";
import type { Order } from "../dataset/index.ts";
import type { ShipmentType } from "./tracking-number.ts";

/** In the words of the shipment flow contract. */
export type CarrierStatus =
  "CREATED" | "DELETED" | "SHIPPING" | "READY_FOR_PICKUP" | "ATTEMPTED_DELIVERY" | "DELIVERY_FAILED" | "DELIVERED";

export interface CarrierEvent {
  readonly atMs: number;
  readonly status: CarrierStatus;
  readonly location: string;
  readonly description: string;
}

const PICKED_UP_AFTER_MS = HOUR_MS;
/** A parcel under way is seen at least this often, so that only one that is lost falls silent for a month. */
const SCANNED_EVERY_MS = 9 * DAY_MS;
/** How long one that never arrives is still seen. */
const LOST_AFTER_MS = 20 * DAY_MS;
const TRANSFER_TAKES = { pickUpMs: 6 * HOUR_MS, deliveryMs: 2 * DAY_MS };

/**
 * When the carrier takes a parcel of the order over: at the dataset's instant, or an hour after it was announced where
 * that is later. Null: never.
 */
export function takenOverMs({ lifecycle }: Order, type: ShipmentType, createdMs: number): number | null {
  if (type === "TRANSFER") return createdMs + TRANSFER_TAKES.pickUpMs;
  return lifecycle.handedOverMs === null ? null : Math.max(lifecycle.handedOverMs, createdMs + PICKED_UP_AFTER_MS);
}

/** All that will ever happen to a parcel unless it is called back; what a late start shifts, stays as long as it was. */
export function toParcelStory(order: Order, type: ShipmentType, createdMs: number): CarrierEvent[] {
  const created = toEvent(createdMs, "CREATED", "sender", "announced by the sender");
  const takenMs = takenOverMs(order, type, createdMs);
  if (takenMs === null) return [created];
  const tookMs = type === "TRANSFER" ? TRANSFER_TAKES.deliveryMs : durationMs(order);
  const ending = tookMs === null ? [] : endingOf(order, type, takenMs + tookMs, tookMs);
  const scansEndMs = ending[0]?.atMs ?? takenMs + LOST_AFTER_MS;
  const story = [created, toEvent(takenMs, "SHIPPING", "sender", "taken over")];
  for (let scanMs = takenMs + SCANNED_EVERY_MS; scanMs < scansEndMs; scanMs += SCANNED_EVERY_MS)
    story.push(toEvent(scanMs, "SHIPPING", "hub", "under way"));
  return [...story, ...ending];
}

function durationMs({ lifecycle }: Order): number | null {
  return lifecycle.deliveredMs === null ? null : lifecycle.deliveredMs - lifecycle.handedOverMs!;
}

/** A few parcels do not arrive at the first try. */
function endingOf({ number, address }: Order, type: ShipmentType, deliveredMs: number, tookMs: number): CarrierEvent[] {
  const delivered = toEvent(deliveredMs, "DELIVERED", address.city, "handed over");
  const random = seededRandom("mishap", number);
  const dice = random();
  if (type === "TRANSFER" || dice >= 0.08) return [delivered];
  const atMs = deliveredMs - Math.floor(Math.min(between(random, 8, 30) * HOUR_MS, tookMs / 2));
  const [status, description] = MISHAPS.find(({ below }) => dice < below)!.says;
  return [toEvent(atMs, status, address.city, description), delivered];
}

const MISHAPS: readonly { readonly below: number; readonly says: readonly [CarrierStatus, string] }[] = [
  { below: 0.05, says: ["ATTEMPTED_DELIVERY", "nobody was there"] },
  { below: 0.07, says: ["READY_FOR_PICKUP", "waits at the pick-up point"] },
  { below: 0.08, says: ["DELIVERY_FAILED", "address not found; tried again"] },
];

function toEvent(atMs: number, status: CarrierStatus, location: string, description: string): CarrierEvent {
  return { atMs, status, location, description };
}
