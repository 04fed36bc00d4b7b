import { availableOf, type StockLevel } from "./availability.ts";
import { type LocationLoad, type RejectedBecause, whyFilteredOut, whyLineRefused } from "./candidates.ts";
import type { Location } from "./location.ts";
import type { Want } from "./place-lines.ts";
import type { Rule } from "./scenario.ts";
import type { WaitingOrder } from "./waiting-order.ts";

/** How far a location gets before it falls, the first stage first; what is chosen is beyond the last. */
export const STAGES = ["ACTIVE", "FILTER", "CARRIED", "ACCEPTED", "IN_STOCK", "ENOUGH", "PREFERRED"] as const;
export type Stage = (typeof STAGES)[number];

/** The stage at which a reason lets a location fall. */
export const STAGE_OF: Readonly<Record<RejectedBecause, Stage>> = {
  NO_SCENARIO: "ACTIVE",
  NOT_ACTIVE: "ACTIVE",
  NOT_INCLUDED: "FILTER",
  EXCEPTED: "FILTER",
  OTHER_TYPE: "FILTER",
  OTHER_COUNTRY: "FILTER",
  OTHER_STATE: "FILTER",
  OTHER_CITY: "FILTER",
  OTHER_DISTRICT: "FILTER",
  NO_QUOTA: "FILTER",
  NOT_CARRIED: "CARRIED",
  NOT_NAMED_BY_ITEM: "ACCEPTED",
  FAILED_BEFORE: "ACCEPTED",
  DISCREPANCY: "IN_STOCK",
  NO_STOCK: "IN_STOCK",
  NOT_ENOUGH: "ENOUGH",
  NOT_NEEDED: "PREFERRED",
};

/** The level of a product at a location; undefined where it is not carried. */
export type LevelAt = (locationId: bigint, productId: bigint) => StockLevel | undefined;

/** What a location is judged by. */
export interface JudgedBy {
  readonly order: WaitingOrder;
  readonly rule: Rule;
  /** What was left for the rule to place. */
  readonly wants: readonly Want[];
  readonly levelAt: LevelAt;
  readonly load: LocationLoad;
}

/** Why a rule that placed nothing at a location did not, by the first stage at which it fell. */
export function whereFell(location: Location, { order, rule, wants, levelAt, load }: JudgedBy): RejectedBecause {
  const filteredOut = whyFilteredOut(location, rule, order, load);
  if (filteredOut !== null) return filteredOut;
  let refused: RejectedBecause | null = null;
  let isAccepted = false;
  let isBlocked = false;
  let units = 0;
  let wanted = 0;
  // One loop without lists: it runs for every location of every order, beside the planning itself.
  for (const { line, units: wantedOfLine } of wants) {
    wanted += wantedOfLine;
    const level = levelAt(location.id, line.productId);
    if (level === undefined) continue;
    const why = whyLineRefused(line, location, rule);
    refused ??= why;
    if (why !== null) continue;
    isAccepted = true;
    isBlocked ||= level.blocked;
    units += Math.min(wantedOfLine, availableOf(level));
  }
  if (!isAccepted) return refused ?? "NOT_CARRIED";
  if (units > 0) return units < wanted ? "NOT_ENOUGH" : "NOT_NEEDED";
  return isBlocked ? "DISCREPANCY" : "NO_STOCK";
}

/** Units of what is wanted that a location has, one line at a time: two lines of one product count its units twice. */
export const unitsAt = (location: Location, wants: readonly Want[], levelAt: LevelAt): number =>
  wants.reduce((sum, { line, units }) => {
    const level = levelAt(location.id, line.productId);
    return level === undefined ? sum : sum + Math.min(units, availableOf(level));
  }, 0);
