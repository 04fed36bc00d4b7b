import type { Availability } from "./availability.ts";
import type { Location } from "./location.ts";
import type { Scenario } from "./scenario.ts";

/** A product's level at a location that has risen. */
export interface RisenLevel {
  readonly locationId: bigint;
  readonly productId: bigint;
}

/** All the planner may look at. */
export interface PlanningInput {
  /** The most important first; empty means the built-in one. */
  readonly distribution: readonly Scenario[];
  readonly transfer: readonly Scenario[];
  /** Active fulfilment centres that carry a product of the batch or that a rule names. */
  readonly locations: readonly Location[];
  /** Where shortfalls wait, by scenario; `fallback` for a scenario that names none, and where no scenario matches. */
  readonly defaultLocations: { readonly byId: ReadonlyMap<bigint, Location>; readonly fallback: Location };
  /** Goes down as units are promised. */
  readonly stock: Availability;
  /** Asked for, and not known to the inventory engine. */
  readonly unknownSkus: ReadonlySet<string>;
  /** Where the engine counts more than before: what failed there may be tried there again. None unless given. */
  readonly risen?: readonly RisenLevel[];
  /** Known, and nothing ships from them: for the record only. */
  readonly idleLocations?: readonly Location[];
  /** All there are, whatever they carry: for the record only. */
  readonly locationCounts?: { readonly known: number; readonly active: number };
}
