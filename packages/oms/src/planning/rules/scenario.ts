import { z } from "zod";

import type { WaitingOrder } from "./waiting-order.ts";

/** Which orders a scenario is for: static lists, all of which must hold; a list that is absent holds for every order. */
export const conditionsSchema = z.strictObject({
  /** Omnitron ids. */
  channels: z.array(z.int()).optional(),
  shippingOptions: z.array(z.string()).optional(),
  paymentTypes: z.array(z.string()).optional(),
  customerTypes: z.array(z.string()).optional(),
  countries: z.array(z.string()).optional(),
  states: z.array(z.string()).optional(),
});
export type Conditions = z.output<typeof conditionsSchema>;

export const locationFilterSchema = z.strictObject({
  /** Only these, by ERP code. */
  include: z.array(z.string()).optional(),
  /** Never these. */
  except: z.array(z.string()).optional(),
  types: z.array(z.string()).optional(),
  /** Same as in the order's address, known on both sides. */
  sameCountry: z.boolean().optional(),
  sameState: z.boolean().optional(),
  sameCity: z.boolean().optional(),
  sameDistrict: z.boolean().optional(),
  /** Name of the line's attribute that holds the ERP code of the only location the line may ship from, such as `seller`. */
  itemAttribute: z.string().optional(),
});
export type LocationFilter = z.output<typeof locationFilterSchema>;

export const sortSchema = z.array(
  z.strictObject({ by: z.enum(["PRIORITY", "STOCK", "DENSITY", "DISTANCE"]), direction: z.enum(["asc", "desc"]) }),
);
export type Sort = z.output<typeof sortSchema>;

/** One way to place an order's lines; a scenario tries its rules in order. */
export interface Rule {
  readonly name: string;
  readonly filter: LocationFilter;
  /** First key decides, the next ones break ties; the ERP code breaks the last one. */
  readonly sort: Sort;
  /** Only locations with a quota, and with room left in it. */
  readonly selectByQuota: boolean;
  readonly allowSplit: boolean;
  /** Locations this rule may spread one order over; null for no limit. */
  readonly maxPackages: number | null;
  /** May fetch what the shipping location lacks from other locations. */
  readonly transferable: boolean;
}

/** How a group of orders is planned. */
export interface Scenario {
  /** Null for the built-in one. */
  readonly id: bigint | null;
  readonly name: string;
  readonly conditions: Conditions;
  /** Where shortfalls wait; null leaves it to the most preferred active location. */
  readonly defaultLocationId: bigint | null;
  readonly initialState: "WAITING" | "WAITING_REMOTE_ACTION";
  /** In the order they are tried. */
  readonly rules: readonly Rule[];
}

/** The first scenario, in the order given, whose every condition holds. */
export function matchScenario(order: WaitingOrder, scenarios: readonly Scenario[]): Scenario | null {
  return scenarios.find(({ conditions }) => isFor(conditions, order)) ?? null;
}

function isFor(conditions: Conditions, order: WaitingOrder): boolean {
  return (
    (conditions.channels?.includes(order.channel) ?? true) &&
    names(conditions.shippingOptions, order.shippingOption) &&
    names(conditions.paymentTypes, order.paymentType) &&
    names(conditions.customerTypes, order.customerType) &&
    names(conditions.countries, order.address.country) &&
    names(conditions.states, order.address.state)
  );
}

/** People type these words: case and outer blanks do not count. */
export const sameWord = (left: string | null, right: string | null): boolean =>
  left !== null && right !== null && left.trim().toLowerCase() === right.trim().toLowerCase();

const names = (list: readonly string[] | undefined, word: string | null): boolean =>
  list?.some((listed) => sameWord(listed, word)) ?? true;

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
