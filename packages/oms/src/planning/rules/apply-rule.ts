import type { Availability } from "./availability.ts";
import { candidatesFor, type LocationLoad, whyLineRefused } from "./candidates.ts";
import type { Location } from "./location.ts";
import {
  type Accepts,
  type Placement,
  placeFewest,
  placeWhole,
  placeWithTransfers,
  unitsOf,
  type Want,
  without,
} from "./place-lines.ts";
import type { Rule } from "./scenario.ts";
import type { WaitingOrder } from "./waiting-order.ts";

/** What a rule is applied to. */
export interface RuleInput {
  readonly order: WaitingOrder;
  /** What no earlier rule has placed: a rule works on what is left, and what it places stays placed. */
  readonly wants: readonly Want[];
  /** Locations that carry a product of the order, or that a rule names. */
  readonly locations: readonly Location[];
  readonly stock: Availability;
  readonly load: LocationLoad;
  /** Where a transferable rule may fetch from. */
  readonly transferRules: readonly Rule[];
}

/** Whole from one location, else (if allowed) split over the fewest, else (if allowed) with transfers, else what the split could place. */
export function applyRule(rule: Rule, input: RuleInput): Placement[] {
  const { order, wants, locations, stock, load } = input;
  const candidates = candidatesFor(order, rule, locations, stock, load);
  const accepts = acceptsBy(rule);

  const whole = placeWhole(wants, candidates, stock, accepts);
  if (whole !== null) return whole;
  const split = rule.allowSplit ? placeFewest(wants, candidates, stock, accepts, rule.maxPackages ?? Infinity) : [];
  if (unitsOf(split) === unitsOf(wants) || !rule.transferable) return split;
  return placeWithTransfers(wants, candidates, stock, accepts, (left, to) => fetchTo(to, left, input)) ?? split;
}

/** Transfer rules are tried in order, each on what the ones before left; every one may use as many sources as it allows. */
export function fetchTo(
  destination: Pick<Location, "id">,
  wants: readonly Want[],
  input: Omit<RuleInput, "wants">,
): Placement[] {
  const { order, locations, stock, load, transferRules } = input;
  const sources = locations.filter(({ id }) => id !== destination.id);
  const fetched: Placement[] = [];
  for (const rule of transferRules) {
    const used = new Set(fetched.map(({ location }) => location));
    const unused = sources.filter((source) => !used.has(source));
    const candidates = candidatesFor(order, rule, unused, stock, load);
    const left = without(wants, fetched);
    fetched.push(...placeFewest(left, candidates, stock, acceptsBy(rule), rule.maxPackages ?? Infinity));
  }
  return fetched;
}

const acceptsBy =
  (rule: Rule): Accepts =>
  (line, location) =>
    whyLineRefused(line, location, rule) === null;
