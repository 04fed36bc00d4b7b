import type { ProblemKind, ProblemSubject } from "@drumline/problems";

/** A parcel of something that was cancelled, or that another one replaced, is on its way all the same. */
export const PARCEL_NOT_GIVEN_BACK: ProblemKind = {
  context: "oms",
  name: "PARCEL_NOT_GIVEN_BACK",
  severity: "WARNING",
  cure: "Stop it at the carrier or await it where it arrives, and correct the stock there by hand.",
};

/** Nothing is heard of a parcel, and what it is for goes nowhere by itself. */
export const PARCEL_EXPIRED: ProblemKind = {
  context: "oms",
  name: "PARCEL_EXPIRED",
  severity: "WARNING",
  cure:
    "Ask the carrier. Where it has the parcel, or another number for it, UPDATE_SHIPMENT_INFO has it asked about again; else " +
    "say what became of the package or the transfer by its command.",
};

export const SILENT = "nothing was heard of it for thirty days, and its carrier is not asked about it any more";

/** What was to be sent has no parcel any more: the carrier has deleted it. */
export const PARCEL_MISSING: ProblemKind = {
  context: "oms",
  name: "PARCEL_MISSING",
  severity: "WARNING",
  cure: "Announce a new one by UPDATE_SHIPMENT_INFO, or cancel what it was for.",
};

/** As its carrier knows it: by its tracking number, or by our id while it has none. */
export const toParcelSubject = (parcel: {
  readonly id: bigint;
  readonly carrierCode: string;
  readonly trackingNumber: string | null;
}): ProblemSubject => ({
  type: "shipment",
  key: `${parcel.carrierCode} ${parcel.trackingNumber ?? `shipment-${parcel.id}`}`,
});
