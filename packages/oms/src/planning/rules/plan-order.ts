import { applyRule } from "./apply-rule.ts";
import type { Attempt } from "./attempt-record.ts";
import { describeAttempt, type TriedRule } from "./planning-attempt.ts";
import type { StockLevel } from "./availability.ts";
import type { LocationLoad } from "./candidates.ts";
import type { Location } from "./location.ts";
import { type Placement, type Want, without } from "./place-lines.ts";
import { type PlannedPackage, toPackages } from "./planned-package.ts";
import type { PlanningInput } from "./planning-input.ts";
import { BUILT_IN_DISTRIBUTION, BUILT_IN_TRANSFER, matchScenario, type Rule, type Scenario } from "./scenario.ts";
import type { WaitingLine, WaitingOrder } from "./waiting-order.ts";

/** Where an order's units ship from, and what is short. */
export interface OrderPlan {
  readonly order: WaitingOrder;
  /** Null where the table has scenarios and none of them is for this order: all of it is short. */
  readonly scenario: Scenario | null;
  readonly packages: readonly PlannedPackage[];
  readonly shortfalls: readonly Want[];
  /** COMPLETED: everything is in a package that is not an exception; PENDING: something is short; CANCELLED: nothing is wanted. */
  readonly state: "COMPLETED" | "PENDING" | "CANCELLED";
  readonly attempt: Attempt;
}

/** Plans one order, rule by rule. Takes what it places from the input's stock. */
export function planOrder(
  order: WaitingOrder,
  input: PlanningInput,
  openPackages: ReadonlyMap<bigint, number>,
): OrderPlan {
  const wants = order.lines.filter(({ wanted }) => wanted > 0).map((line) => ({ line, units: line.wanted }));
  const scenario = scenarioFor(order, input.distribution, BUILT_IN_DISTRIBUTION);
  const transferRules = scenarioFor(order, input.transfer, BUILT_IN_TRANSFER)?.rules ?? [];
  const rules = scenario?.rules ?? [];
  const levels = levelsFor(wants, input);
  const locations = locationsFor(levels, [...rules, ...transferRules], input.locations);

  const placements: Placement[] = [];
  const opened = new Set<Location>();
  const tried: TriedRule[] = [];
  const before = new LevelsBefore(input.stock);
  const load: LocationLoad = {
    openPackages: (location) => openPackages.get(location.id) ?? location.openPackages,
    isOpenedByThisOrder: (location) => opened.has(location),
  };
  let left: readonly Want[] = wants;
  for (const rule of rules) {
    if (left.length === 0) break;
    const placed = applyRule(rule, { order, wants: left, locations, stock: input.stock, load, transferRules });
    tried.push({ rule, wants: left, placed });
    for (const placement of placed) {
      const { line, location, source, units } = placement;
      before.keep((source ?? location).id, line.productId);
      input.stock.take((source ?? location).id, line.productId, units);
      placements.push(placement);
      opened.add(location);
    }
    left = without(left, placed);
  }

  const { byId, fallback } = input.defaultLocations;
  const shortAt = (scenario?.defaultLocationId == null ? null : byId.get(scenario.defaultLocationId)) ?? fallback;
  const packages = toPackages(order, placements, left, shortAt, scenario?.initialState ?? "WAITING");
  const attempt = describeAttempt({
    order,
    scenario,
    tried,
    transferRules,
    locations,
    levelAt: before.at,
    load,
    placements,
    shortfalls: left,
    input,
  });
  return { order, scenario, packages, shortfalls: left, state: stateOf(order, wants, left), attempt };
}

/** An empty table means the built-in scenario; a table of which no row matches means none. */
export function scenarioFor(order: WaitingOrder, scenarios: readonly Scenario[], builtIn: Scenario): Scenario | null {
  return scenarios.length === 0 ? builtIn : matchScenario(order, scenarios);
}

function levelsFor(wants: readonly Want[], { stock }: PlanningInput): StockLevel[] {
  return [...new Set(wants.map(({ line }: { line: WaitingLine }) => line.productId))].flatMap((productId) =>
    stock.levelsOf(productId),
  );
}

function locationsFor(levels: readonly StockLevel[], rules: readonly Rule[], known: readonly Location[]): Location[] {
  const carrying = new Set(levels.map(({ locationId }) => locationId));
  const named = new Set(rules.flatMap(({ filter }) => filter.include ?? []));
  return known.filter(({ id, erpCode }) => carrying.has(id) || named.has(erpCode));
}

/** Levels as they were before an order took anything. Only those it took from are copied. */
class LevelsBefore {
  readonly #kept = new Map<bigint, Map<bigint, StockLevel>>();
  readonly #stock: PlanningInput["stock"];

  constructor(stock: PlanningInput["stock"]) {
    this.#stock = stock;
  }

  /** Before units are taken there. */
  keep(locationId: bigint, productId: bigint): void {
    const here = this.#kept.get(locationId) ?? new Map<bigint, StockLevel>();
    const level = this.#stock.level(locationId, productId);
    if (level !== undefined && !here.has(productId)) here.set(productId, level);
    this.#kept.set(locationId, here);
  }

  readonly at = (locationId: bigint, productId: bigint): StockLevel | undefined =>
    this.#kept.get(locationId)?.get(productId) ?? this.#stock.level(locationId, productId);
}

function stateOf(order: WaitingOrder, wants: readonly Want[], short: readonly Want[]): OrderPlan["state"] {
  if (short.length > 0 || order.hasOpenShortfall) return "PENDING";
  return wants.length === 0 && order.packagesSoFar === 0 ? "CANCELLED" : "COMPLETED";
}
