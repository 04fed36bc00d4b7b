import type { Availability } from "./availability.ts";
import { distanceKm, type Location } from "./location.ts";
import { type Rule, sameWord, type Sort } from "./scenario.ts";
import type { WaitingLine, WaitingOrder } from "./waiting-order.ts";

/** Why a location was not chosen; kept in the plan's context. */
export type RejectedBecause =
  | "NOT_INCLUDED"
  | "EXCEPTED"
  | "OTHER_TYPE"
  | "OTHER_COUNTRY"
  | "OTHER_STATE"
  | "OTHER_CITY"
  | "OTHER_DISTRICT"
  | "NO_QUOTA"
  | "NOT_NAMED_BY_ITEM"
  | "FAILED_BEFORE"
  | "NOT_CARRIED"
  | "NOT_ACTIVE"
  | "DISCREPANCY"
  | "NO_STOCK"
  | "NOT_ENOUGH"
  | "NOT_NEEDED"
  | "NO_SCENARIO";

/** What a location already carries in this batch: packages open there, and whether this order has one of them. */
export interface LocationLoad {
  openPackages(location: Location): number;
  isOpenedByThisOrder(location: Location): boolean;
}

/** The locations a rule allows for an order, the most preferred first. */
export function candidatesFor(
  order: WaitingOrder,
  rule: Rule,
  locations: readonly Location[],
  stock: Availability,
  load: LocationLoad,
): Location[] {
  const allowed = locations.filter((location) => whyFilteredOut(location, rule, order, load) === null);
  return sortLocations(allowed, rule.sort, order, stock, load);
}

/** Why a rule does not allow the location for the order; null where it does. */
export function whyFilteredOut(
  location: Location,
  { filter, selectByQuota }: Rule,
  { address }: WaitingOrder,
  load: LocationLoad,
): RejectedBecause | null {
  if (filter.include !== undefined && !filter.include.includes(location.erpCode)) return "NOT_INCLUDED";
  if (filter.except?.includes(location.erpCode)) return "EXCEPTED";
  if (filter.types !== undefined && !filter.types.some((type) => sameWord(type, location.type))) return "OTHER_TYPE";
  if (filter.sameCountry && !sameWord(location.country, address.country)) return "OTHER_COUNTRY";
  if (filter.sameState && !sameWord(location.state, address.state)) return "OTHER_STATE";
  if (filter.sameCity && !sameWord(location.city, address.city)) return "OTHER_CITY";
  if (filter.sameDistrict && !sameWord(location.district, address.district)) return "OTHER_DISTRICT";
  if (selectByQuota && !hasRoom(location, load)) return "NO_QUOTA";
  return null;
}

/** Whether the rule lets this line ship from this location. */
export function whyLineRefused(line: WaitingLine, location: Location, { filter }: Rule): RejectedBecause | null {
  if (filter.itemAttribute !== undefined && line.attributes[filter.itemAttribute] !== location.erpCode)
    return "NOT_NAMED_BY_ITEM";
  return line.excludedLocationIds.includes(location.id) ? "FAILED_BEFORE" : null;
}

/** Locations without a quota never match a quota rule. A package this order already opened there uses no quota again. */
function hasRoom(location: Location, load: LocationLoad): boolean {
  if (load.isOpenedByThisOrder(location)) return true;
  return location.maxQuota !== null && load.openPackages(location) < location.maxQuota;
}

function sortLocations(
  locations: Location[],
  sort: Sort,
  order: WaitingOrder,
  stock: Availability,
  load: LocationLoad,
): Location[] {
  const products = [...new Set(order.lines.filter((line) => line.wanted > 0).map((line) => line.productId))];
  const measures = {
    PRIORITY: (location: Location) => location.priority,
    STOCK: (location: Location) => products.reduce((sum, product) => sum + stock.at(location.id, product), 0),
    DENSITY: (location: Location) => load.openPackages(location),
    DISTANCE: (location: Location) => distanceKm(location, order.address),
  };
  return locations
    .map((location) => ({ location, keys: sort.map(({ by }) => measures[by](location)) }))
    .sort((left, right) => {
      for (const [index, { direction }] of sort.entries()) {
        const difference = compare(left.keys[index]!, right.keys[index]!, direction);
        if (difference !== 0) return difference;
      }
      return left.location.erpCode < right.location.erpCode ? -1 : 1;
    })
    .map(({ location }) => location);
}

/** The unknown comes last, whichever way the known are sorted. */
function compare(left: number | null, right: number | null, direction: "asc" | "desc"): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return direction === "asc" ? left - right : right - left;
}
