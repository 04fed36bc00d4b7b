import type { Rule, Scenario } from "./scenario.ts";

const anywhere: Rule = {
  name: "any location with stock",
  filter: {},
  sort: [{ by: "PRIORITY", direction: "asc" }],
  selectByQuota: false,
  allowSplit: true,
  maxPackages: null,
  transferable: false,
};

/**
 * How orders are planned while the distribution_scenario table is empty: a marketplace line ships from its seller, any
 * other line (and what the seller lacks) from the preferred locations that have it, and shortfalls wait at the active
 * location of the lowest priority number.
 */
export const BUILT_IN_DISTRIBUTION: Scenario = {
  id: null,
  name: "built-in",
  conditions: {},
  defaultLocationId: null,
  initialState: "WAITING",
  rules: [{ ...anywhere, name: "from the seller", filter: { itemAttribute: "seller" } }, anywhere],
};

/** Where a transferable rule fetches from while no TRANSFER scenario matches: the preferred locations that have it. */
export const BUILT_IN_TRANSFER: Scenario = { ...BUILT_IN_DISTRIBUTION, rules: [anywhere] };
