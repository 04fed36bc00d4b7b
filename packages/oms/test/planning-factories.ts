import { Availability, type StockLevel } from "../src/planning/rules/availability.ts";
import type { Location } from "../src/planning/rules/location.ts";
import type { PlanningInput } from "../src/planning/rules/planning-input.ts";
import type { Rule, Scenario } from "../src/planning/rules/scenario.ts";
import type { WaitingLine, WaitingOrder } from "../src/planning/rules/waiting-order.ts";

/** Plain data for tests of the planner; every part can be overridden. */
export function aLocation(erpCode: string, overrides: Partial<Location> = {}): Location {
  return {
    id: BigInt(erpCode.charCodeAt(0)),
    erpCode,
    type: "WAREHOUSE",
    priority: 100,
    maxQuota: null,
    openPackages: 0,
    country: "BR",
    state: "SP",
    city: null,
    district: null,
    latitude: null,
    longitude: null,
    ...overrides,
  };
}

/** `productId` is also what its SKU ends with. */
export function aLine(productId: number, wanted: number, overrides: Partial<WaitingLine> = {}): WaitingLine {
  return {
    orderItemId: BigInt(productId * 10),
    productId: BigInt(productId),
    sku: `sku-${productId}`,
    wanted,
    attributes: {},
    excludedLocationIds: [],
    ...overrides,
  };
}

export function anOrder(lines: readonly WaitingLine[], overrides: Partial<WaitingOrder> = {}): WaitingOrder {
  return {
    id: 1n,
    number: "R1",
    channel: 1,
    shippingOption: "standard",
    paymentType: "credit_card",
    customerType: "guest",
    address: {
      country: "BR",
      state: "SP",
      city: "campinas",
      district: null,
      latitude: null,
      longitude: null,
    },
    packagesSoFar: 0,
    trigger: "NEW",
    attemptsSoFar: 0,
    hasOpenShortfall: false,
    lines,
    ...overrides,
  };
}

export function aRule(overrides: Partial<Rule> = {}): Rule {
  return {
    name: "rule",
    filter: {},
    sort: [{ by: "PRIORITY", direction: "asc" }],
    selectByQuota: false,
    allowSplit: false,
    maxPackages: null,
    transferable: false,
    ...overrides,
  };
}

export function aScenario(rules: readonly Rule[], overrides: Partial<Scenario> = {}): Scenario {
  return {
    id: 7n,
    name: "scenario",
    conditions: {},
    defaultLocationId: null,
    initialState: "WAITING",
    rules,
    ...overrides,
  };
}

/** Stock as `{ A: { 1: 5 } }`: five units of product 1 at location A. */
export function aPlanningInput(
  locations: readonly Location[],
  stock: Readonly<Record<string, Readonly<Record<number, number | Partial<StockLevel>>>>>,
  overrides: Partial<PlanningInput> = {},
): PlanningInput {
  const levels = Object.entries(stock).flatMap(([erpCode, products]) =>
    Object.entries(products).map(([productId, level]): StockLevel => {
      const location = locations.find((known) => known.erpCode === erpCode)!;
      const known = typeof level === "number" ? { onHand: level } : level;
      return {
        locationId: location.id,
        productId: BigInt(productId),
        onHand: 0,
        reserved: 0,
        safetyStock: 0,
        blocked: false,
        ...known,
      };
    }),
  );
  return {
    distribution: [],
    transfer: [],
    locations,
    defaultLocations: {
      byId: new Map(locations.map((location) => [location.id, location])),
      fallback: aLocation("z", { erpCode: "central", priority: 0 }),
    },
    stock: new Availability(levels),
    unknownSkus: new Set(),
    ...overrides,
  };
}
