import type { JsonObject } from "@drumline/core/task";

import { availableOf, type StockLevel } from "./availability.ts";
import { type LocationLoad, type RejectedBecause, whyFilteredOut, whyLineRefused } from "./candidates.ts";
import type { Location } from "./location.ts";
import type { Placement, Want } from "./place-lines.ts";
import type { PlanningInput } from "./planning-input.ts";
import type { Rule, Scenario } from "./scenario.ts";
import type { PlanningTrigger, WaitingOrder } from "./waiting-order.ts";

/** What an attempt saw and decided, as the plan's context keeps it (oms-domain 2.3.7): enough to explain it to a person. */
export interface Attempt extends JsonObject {
  readonly no: number;
  readonly trigger: PlanningTrigger;
  readonly scenario: string | null;
  /** Rules that were tried, in order. */
  readonly rules: readonly string[];
  readonly items: readonly { readonly orderItemId: string; readonly sku: string; readonly wanted: number }[];
  readonly locations: readonly LocationSeen[];
  /** Locations beyond the first of the list, which are counted only. */
  readonly locationsLeftOut: number;
  readonly shortfalls: readonly { readonly orderItemId: string; readonly units: number; readonly reason: string }[];
  readonly outcome: "PLANNED" | "PARTLY_SHORT" | "SHORT" | "NOTHING_WANTED";
}

interface LocationSeen extends JsonObject {
  readonly erpCode: string;
  /** Before this attempt took anything; `quantity` = stock_count − reservation_count, and may be negative. */
  readonly stock: readonly {
    readonly sku: string;
    readonly stock_count: number;
    readonly reservation_count: number;
    readonly quantity: number;
  }[];
  readonly rejectedBy: RejectedBecause | null;
  readonly chosen: boolean;
}

interface AttemptFacts {
  readonly order: WaitingOrder;
  readonly scenario: Scenario | null;
  readonly tried: readonly Rule[];
  readonly locations: readonly Location[];
  /** As they were before the attempt. */
  readonly levels: readonly StockLevel[];
  readonly load: LocationLoad;
  readonly placements: readonly Placement[];
  readonly shortfalls: readonly Want[];
  readonly input: PlanningInput;
}

const MOST_LOCATIONS = 20;

/** What the plan's context keeps of an attempt: twenty locations at most, those chosen first. */
export function describeAttempt(facts: AttemptFacts): Attempt {
  const { order, scenario, tried, locations, placements, shortfalls, input } = facts;
  const used = new Set(placements.flatMap(({ location, source }) => [location, source ?? location]));
  const chosenFirst = [...locations].sort((left, right) => Number(used.has(right)) - Number(used.has(left)));
  return {
    no: order.attemptsSoFar + 1,
    trigger: order.trigger,
    scenario: scenario?.name ?? null,
    rules: tried.map(({ name }) => name),
    items: order.lines.map(({ orderItemId, sku, wanted }) => ({ orderItemId: String(orderItemId), sku, wanted })),
    locations: chosenFirst.slice(0, MOST_LOCATIONS).map((location) => seen(location, used.has(location), facts)),
    locationsLeftOut: Math.max(0, locations.length - MOST_LOCATIONS),
    shortfalls: shortfalls.map(({ line, units }) => ({
      orderItemId: String(line.orderItemId),
      units,
      reason: shortfallReason(line.sku, scenario, input),
    })),
    outcome: outcomeOf(placements, shortfalls),
  };
}

function seen(location: Location, chosen: boolean, facts: AttemptFacts): LocationSeen {
  const skus = new Map(facts.order.lines.map(({ productId, sku }) => [productId, sku]));
  const here = facts.levels.filter(({ locationId }) => locationId === location.id);
  return {
    erpCode: location.erpCode,
    stock: here.map(({ productId, onHand, reserved }) => ({
      sku: skus.get(productId)!,
      stock_count: onHand,
      reservation_count: reserved,
      quantity: onHand - reserved,
    })),
    rejectedBy: chosen ? null : whyRejected(location, here, facts),
    chosen,
  };
}

/** By the last rule tried: the one that had the last chance to take the location. */
function whyRejected(
  location: Location,
  here: readonly StockLevel[],
  { order, tried, load, shortfalls }: AttemptFacts,
): RejectedBecause {
  const rule = tried.at(-1);
  if (rule === undefined) return "NO_SCENARIO";
  const filteredOut = whyFilteredOut(location, rule, order, load);
  if (filteredOut !== null) return filteredOut;
  const products = new Set(here.map(({ productId }) => productId));
  const carried = order.lines.filter(({ productId, wanted }) => wanted > 0 && products.has(productId));
  const refused = carried.map((line) => whyLineRefused(line, location, rule));
  if (refused.length > 0 && !refused.includes(null)) return refused[0]!;
  const acceptable = new Set(carried.filter((_, index) => refused[index] === null).map(({ productId }) => productId));
  const levels = here.filter(({ productId }) => acceptable.has(productId));
  if (levels.some((level) => availableOf(level) > 0)) return shortfalls.length > 0 ? "NOT_ENOUGH" : "NOT_NEEDED";
  return levels.some(({ blocked }) => blocked) ? "DISCREPANCY" : "NO_STOCK";
}

function shortfallReason(sku: string, scenario: Scenario | null, { unknownSkus }: PlanningInput): string {
  if (scenario === null) return "NO_SCENARIO";
  return unknownSkus.has(sku) ? "UNKNOWN_SKU" : "NO_STOCK";
}

function outcomeOf(placements: readonly Placement[], shortfalls: readonly Want[]): Attempt["outcome"] {
  if (shortfalls.length === 0) return placements.length === 0 ? "NOTHING_WANTED" : "PLANNED";
  return placements.length === 0 ? "SHORT" : "PARTLY_SHORT";
}
