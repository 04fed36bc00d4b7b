import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "@drumline/core/task";

import type { OrderFacts } from "../cancellations/cancellation-facts.ts";

const FIELDS = {
  shipping_address: "address",
  shipping_option_slug: "shipping option",
  cargo_company: "cargo company",
} as const;

/** Parcels that were announced to their carrier before the order's address, or how it ships, was changed. */
export function findStaleLabels(before: JsonObject, now: JsonObject, { packages }: OrderFacts): string[] {
  const changed = Object.entries(FIELDS).filter(
    ([field]) => field in before && !isDeepStrictEqual(before[field] ?? null, now[field] ?? null),
  );
  if (changed.length === 0) return [];
  const what = changed.map(([, name]) => name).join(" and ");
  return packages.flatMap(({ number, state, shipment }) =>
    shipment === null || shipment.trackingNumber === null || state === "DELIVERED"
      ? []
      : [`package ${number} has the parcel ${shipment.trackingNumber}, announced with another ${what}`],
  );
}
