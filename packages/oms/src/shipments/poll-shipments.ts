import { messageOf } from "@drumline/core/errors";
import { AuthenticationRefused, OutboundError, RateLimited, Unavailable } from "@drumline/outbound/http";

import type { CarrierGateway, ParcelAnnouncement } from "@drumline/outbound/carriers";
import type { ClaimedShipment } from "./claim-shipments.sql.ts";
import type { PollAnswer } from "./plan-tracking.ts";

export interface PolledBatch {
  readonly answers: readonly { readonly shipment: ClaimedShipment; readonly answer: PollAnswer }[];
  /** Not asked about: their carrier cannot be asked now. Nothing of them is counted as a failure. */
  readonly unasked: readonly ClaimedShipment[];
  /** Why, by carrier code. */
  readonly unreachable: ReadonlyMap<string, string>;
}

/**
 * Asks about all of them at once, announces those the carrier does not know, and calls those back that are not wanted any
 * more; the gateway keeps each carrier's limits.
 * Whatever goes wrong with one is a failure of that one: the others are of other carriers and customers.
 * Throws the signal's reason when aborted.
 */
export async function pollShipments(
  carriers: CarrierGateway,
  shipments: readonly ClaimedShipment[],
  announcements: ReadonlyMap<bigint, ParcelAnnouncement>,
  signal: AbortSignal,
): Promise<PolledBatch> {
  const unreachable = new Map<string, string>();
  const answers: PolledBatch["answers"][number][] = [];
  const unasked: ClaimedShipment[] = [];
  await Promise.all(
    shipments.map(async (shipment) => {
      const { carrierCode } = shipment;
      try {
        answers.push({ shipment, answer: await pollOne(carriers, shipment, announcements, signal) });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof OutboundError && isNotAsked(error)) {
          unreachable.set(carrierCode, messageOf(error));
          unasked.push(shipment);
          return;
        }
        const retryAfterMs = error instanceof RateLimited ? error.retryAfterMs : null;
        answers.push({ shipment, answer: { kind: "failed", error: messageOf(error), retryAfterMs } });
      }
    }),
  );
  return { answers, unasked, unreachable };
}

async function pollOne(
  carriers: CarrierGateway,
  { id, carrierCode, trackingNumber, status, isWantedBack }: ClaimedShipment,
  announcements: ReadonlyMap<bigint, ParcelAnnouncement>,
  signal: AbortSignal,
): Promise<PollAnswer> {
  if (trackingNumber !== null && isWantedBack && status === "CREATED")
    return { kind: "calledBack", status: await carriers.callBack(carrierCode, trackingNumber, signal) };
  if (trackingNumber !== null)
    return { kind: "tracked", tracking: await carriers.track(carrierCode, trackingNumber, signal) };
  return { kind: "announced", parcel: await carriers.announce(announcements.get(id)!, signal) };
}

/** The carrier's circuit is open, or it refuses all of us: the parcel has nothing to do with it. */
const isNotAsked = (error: OutboundError): boolean =>
  error instanceof AuthenticationRefused || (error instanceof Unavailable && !error.retriable);
