import type { ProblemKind } from "@drumline/problems";

/** A parcel of something that was cancelled, or that another one replaced, is on its way all the same. */
export const PARCEL_NOT_GIVEN_BACK: ProblemKind = {
  context: "oms",
  name: "PARCEL_NOT_GIVEN_BACK",
  severity: "WARNING",
  cure: "Stop it at the carrier or await it where it arrives, and correct the stock there by hand.",
};
