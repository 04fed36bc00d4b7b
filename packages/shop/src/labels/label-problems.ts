import type { NewProblem, ProblemKind } from "@drumline/problems";

/** A parcel that has no label, and gets none by itself. */
export const LABEL_FAILED: ProblemKind = {
  context: "shop",
  name: "SHOP_LABEL_FAILED",
  severity: "ERROR",
  cure: "Mend what the reason names at the order (the address, the weight) or at the carrier, then ask for the label again.",
};

/** A label that nobody needs is still paid for. */
export const LABEL_NOT_VOIDED: ProblemKind = {
  context: "shop",
  name: "SHOP_LABEL_NOT_VOIDED",
  severity: "WARNING",
  cure: "The carrier already has a parcel with this label: ask who handed it over, or claim the money back.",
};

export function toLabelProblem(
  kind: ProblemKind,
  parcel: { readonly parcelId: bigint; readonly parcelReference: string },
  reason: string,
): NewProblem {
  const path = `/api/v1/shop/parcels/${parcel.parcelId}`;
  return {
    kind,
    subject: { type: "parcel", key: parcel.parcelReference },
    reason,
    actions: [
      { label: "Look at the parcel", method: "GET", path },
      ...(kind === LABEL_FAILED
        ? [{ label: "Ask for the label again", method: "POST" as const, path: `${path}/label` }]
        : []),
    ],
  };
}
