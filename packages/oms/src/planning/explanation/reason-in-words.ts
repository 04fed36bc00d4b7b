import type { LocationSeen, RuleSeen } from "../rules/attempt-record.ts";
import type { RejectedBecause } from "../rules/candidates.ts";
import type { Stage } from "../rules/where-it-fell.ts";

/** What a location must be to get past a stage. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  ACTIVE: "are active",
  FILTER: "pass the rule's filter",
  CARRIED: "carry what was still wanted",
  ACCEPTED: "may ship it",
  IN_STOCK: "have some of it free",
  ENOUGH: "have all of it free",
  PREFERRED: "were chosen",
};

/** Each reason without the figures of one location. */
export const REASON_WORDS: Readonly<Record<RejectedBecause, string>> = {
  NO_SCENARIO: "no scenario is for this order",
  NOT_ACTIVE: "is not active, or no fulfilment centre",
  NOT_INCLUDED: "is not among the locations the rule names",
  EXCEPTED: "is excepted by the rule",
  OTHER_TYPE: "is of another type than the rule asks for",
  OTHER_COUNTRY: "is in another country than the order's address",
  OTHER_STATE: "is in another state than the order's address",
  OTHER_CITY: "is in another city than the order's address",
  OTHER_DISTRICT: "is in another district than the order's address",
  NO_QUOTA: "has no room left in its quota of open packages",
  NOT_CARRIED: "carries nothing of what was still wanted",
  NOT_NAMED_BY_ITEM: "is not the location that the item must ship from",
  FAILED_BEFORE: "failed this order before",
  DISCREPANCY: "is blocked there by an inventory discrepancy",
  NO_STOCK: "has nothing of it free",
  NOT_ENOUGH: "has a part of it only",
  NOT_NEEDED: "has all of it, but another location is preferred",
};

/** Why a rule did not take a location, with its figures. */
export function reasonInWords(reason: RejectedBecause, location: LocationSeen, rule: RuleSeen | undefined): string {
  if (reason === "NO_QUOTA" && location.maxQuota !== undefined)
    return location.maxQuota === null
      ? "has no quota of open packages, and the rule asks for one"
      : `has no room: ${location.openPackages ?? "?"} of ${location.maxQuota} open packages`;
  if (reason === "NO_STOCK" && location.stock.length > 0) return `has nothing free: ${figures(location)}`;
  if (reason === "NOT_ENOUGH" && rule !== undefined)
    return `has a part only of ${rule.wantedUnits} units${limits(rule)}`;
  return REASON_WORDS[reason];
}

const figures = ({ stock }: LocationSeen): string =>
  stock
    .slice(0, 3)
    .map(({ sku, stock_count: onHand, reservation_count: reserved, safety_stock: safety = 0 }) =>
      [
        `${onHand} ${sku} on hand`,
        `${reserved} reserved`,
        ...(safety === 0 ? [] : [`${safety} kept as safety stock`]),
      ].join(", "),
    )
    .join("; ");

function limits({ allowSplit, maxPackages }: RuleSeen): string {
  if (!allowSplit) return ", and the rule ships an order from one location";
  return maxPackages === null ? "" : `, and the rule opens at most ${maxPackages} packages`;
}
