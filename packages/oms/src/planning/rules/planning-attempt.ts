import type { Attempt, ItemSeen, LocationSeen, RuleSeen, StockSeen } from "./attempt-record.ts";
import type { StockLevel } from "./availability.ts";
import { type LocationLoad, type RejectedBecause, whyFilteredOut } from "./candidates.ts";
import { distanceKm, type Location } from "./location.ts";
import { type Placement, unitsOf, type Want } from "./place-lines.ts";
import type { PlanningInput } from "./planning-input.ts";
import type { Rule, Scenario, Sort } from "./scenario.ts";
import type { WaitingOrder } from "./waiting-order.ts";
import { type LevelAt, STAGE_OF, STAGES, unitsAt, whereFell } from "./where-it-fell.ts";

/** A rule with what was left for it to place, and what it placed. */
export interface TriedRule {
  readonly rule: Rule;
  readonly wants: readonly Want[];
  readonly placed: readonly Placement[];
}

interface AttemptFacts {
  readonly order: WaitingOrder;
  readonly scenario: Scenario | null;
  readonly tried: readonly TriedRule[];
  readonly transferRules: readonly Rule[];
  readonly locations: readonly Location[];
  /** As it was before the attempt. */
  readonly levelAt: LevelAt;
  readonly load: LocationLoad;
  readonly placements: readonly Placement[];
  readonly shortfalls: readonly Want[];
  readonly input: PlanningInput;
}

const MOST_CHOSEN = 20;
const MOST_MISSED = 20;
/** Products of which the stock at a location is kept, those that are short first. */
const MOST_PRODUCTS = 40;

/** What the plan's context keeps of an attempt: a bounded number of locations and products, whatever the order wants. */
export function describeAttempt(facts: AttemptFacts): Attempt {
  const { order, scenario, tried, transferRules, placements, shortfalls, input } = facts;
  const judged = judgeLocations(facts);
  const chosen = judged.filter((one) => one.chosen);
  const missed = judged.filter((one) => !one.chosen).sort(byNearness);
  const kept = [...chosen.slice(0, MOST_CHOSEN), ...missed.slice(0, MOST_MISSED)];
  const fetches = tried.some(({ rule }) => rule.transferable);
  return {
    no: order.attemptsSoFar + 1,
    trigger: order.trigger,
    scenario: scenario?.name ?? null,
    rules: tried.map(({ rule }) => rule.name),
    items: itemsSeen(facts),
    locations: seen(kept, facts, fetches ? transferRules : []),
    locationsLeftOut: judged.length - kept.length,
    shortfalls: shortfalls.map(({ line, units }) => ({
      orderItemId: String(line.orderItemId),
      units,
      reason: shortfallReason(line.sku, scenario, input),
    })),
    outcome: outcomeOf(placements, shortfalls),
    tried: tried.map(({ rule, wants, placed }, index) => ({
      ...ruleSeen(rule),
      wantedUnits: unitsOf(wants),
      placedUnits: unitsOf(placed),
      ...countFallen(judged, index),
    })),
    ...(fetches ? { transferRules: transferRules.map(ruleSeen) } : {}),
    ...(input.locationCounts === undefined ? {} : { locationCounts: input.locationCounts }),
  };
}

interface Judged {
  readonly location: Location;
  readonly chosen: boolean;
  readonly fellAt: readonly (RejectedBecause | null)[];
  /** The furthest stage it got to by any rule, and units it covers of all that was wanted. */
  readonly stage: number;
  readonly units: number;
}

function judgeLocations({ order, tried, locations, levelAt, load, placements, input }: AttemptFacts): Judged[] {
  const usedBy = tried.map(({ placed }) => usedIn(placed));
  const used = usedIn(placements);
  const wants = tried[0]?.wants ?? [];
  const judge = (location: Location, fallen: RejectedBecause | null): Judged => {
    const fellAt = tried.map(({ rule, wants: left }, index) =>
      usedBy[index]!.has(location)
        ? null
        : (fallen ?? whereFell(location, { order, rule, wants: left, levelAt, load })),
    );
    let stage = 0;
    for (const reason of fellAt) stage = Math.max(stage, reason === null ? STAGES.length : STAGE_NO[reason]);
    return { location, chosen: used.has(location), fellAt, stage, units: unitsAt(location, wants, levelAt) };
  };
  const judged = locations.map((location) => judge(location, null));
  // What does not ship is only of interest where it has units that nobody may send.
  for (const location of input.idleLocations ?? [])
    if (unitsAt(location, wants, levelAt) > 0) judged.push(judge(location, "NOT_ACTIVE"));
  return judged;
}

const STAGE_NO = Object.fromEntries(
  Object.entries(STAGE_OF).map(([reason, stage]) => [reason, STAGES.indexOf(stage)]),
) as Readonly<Record<RejectedBecause, number>>;

const usedIn = (placements: readonly Placement[]): Set<Location> =>
  new Set(placements.flatMap(({ location, source }) => [location, source ?? location]));

const byNearness = (left: Judged, right: Judged): number =>
  right.stage - left.stage || right.units - left.units || (left.location.erpCode < right.location.erpCode ? -1 : 1);

function countFallen(judged: readonly Judged[], rule: number): Pick<RuleSeen, "chosen" | "fell"> {
  const fell: Partial<Record<RejectedBecause, number>> = {};
  let chosen = 0;
  for (const { fellAt } of judged) {
    const reason = fellAt[rule]!;
    if (reason === null) chosen += 1;
    else fell[reason] = (fell[reason] ?? 0) + 1;
  }
  return { chosen, fell };
}

function ruleSeen({ name, filter, sort, selectByQuota, allowSplit, maxPackages, transferable }: Rule): RuleSeen {
  return {
    name,
    sort: sort.map(({ by, direction }) => ({ by, direction })),
    selectByQuota,
    allowSplit,
    maxPackages,
    transferable,
    itemAttribute: filter.itemAttribute ?? null,
    wantedUnits: 0,
    placedUnits: 0,
    chosen: 0,
    fell: {},
  };
}

function itemsSeen({ order, tried, locations }: AttemptFacts): ItemSeen[] {
  const attributes = [...new Set(tried.flatMap(({ rule }) => rule.filter.itemAttribute ?? []))];
  return order.lines.map(({ orderItemId, sku, wanted, attributes: has, excludedLocationIds }) => {
    const named = attributes.flatMap((name) => (typeof has[name] === "string" ? [[name, has[name]] as const] : []));
    const failedAt =
      excludedLocationIds.length === 0
        ? []
        : locations.filter(({ id }) => excludedLocationIds.includes(id)).map(({ erpCode }) => erpCode);
    return {
      orderItemId: String(orderItemId),
      sku,
      wanted,
      ...(named.length === 0 ? {} : { named: Object.fromEntries(named) }),
      ...(failedAt.length === 0 ? {} : { failedAt }),
    };
  });
}

function seen(kept: readonly Judged[], facts: AttemptFacts, transferRules: readonly Rule[]): LocationSeen[] {
  const { order, tried, load, placements, shortfalls, levelAt } = facts;
  const short = new Set(shortfalls.map(({ line }) => line));
  const shortFirst =
    short.size === 0
      ? order.lines
      : order.lines.toSorted((left, right) => Number(short.has(right)) - Number(short.has(left)));
  const skus = new Map(shortFirst.map(({ productId, sku }) => [productId, sku]));
  const products = [...skus].slice(0, MOST_PRODUCTS);
  const rules = tried.map(({ rule }) => rule);
  const byQuota = rules.some(({ selectByQuota }) => selectByQuota);
  const looksAt = (what: Sort[number]["by"]) => rules.some(({ sort }) => sort.some(({ by }) => by === what));
  const byDensity = looksAt("DENSITY");
  const byDistance = looksAt("DISTANCE");
  return kept.map(({ location, chosen, fellAt }) => ({
    erpCode: location.erpCode,
    stock: products.flatMap(([productId, sku]) => {
      const level = levelAt(location.id, productId);
      return level === undefined ? [] : [stockSeen(sku, level)];
    }),
    rejectedBy: chosen ? null : (fellAt.at(-1) ?? "NO_SCENARIO"),
    chosen,
    fellAt,
    ...(transferRules.length === 0
      ? {}
      : { fetchFellAt: transferRules.map((rule) => whyFilteredOut(location, rule, order, load)) }),
    priority: location.priority,
    ...(byQuota || byDensity ? { openPackages: load.openPackages(location) } : {}),
    ...(byQuota ? { maxQuota: location.maxQuota } : {}),
    ...(byDistance ? { km: rounded(distanceKm(location, order.address)) } : {}),
    ...(chosen ? { placed: placedAt(location, placements) } : {}),
  }));
}

const placedAt = (location: Location, placements: readonly Placement[]) =>
  placements
    .filter((placement) => (placement.source ?? placement.location) === location)
    .slice(0, MOST_PRODUCTS)
    .map(({ line, units, source }) => ({
      sku: line.sku,
      units,
      ...(source === null ? {} : { fetched: true as const }),
    }));

function stockSeen(sku: string, { onHand, reserved, safetyStock, blocked }: StockLevel): StockSeen {
  const level = { sku, stock_count: onHand, reservation_count: reserved, quantity: onHand - reserved };
  if (safetyStock === 0 && !blocked) return level;
  return { ...level, ...(safetyStock === 0 ? {} : { safety_stock: safetyStock }), ...(blocked ? { blocked } : {}) };
}

const rounded = (km: number | null): number | null => (km === null ? null : Math.round(km * 10) / 10);

function shortfallReason(sku: string, scenario: Scenario | null, { unknownSkus }: PlanningInput): string {
  if (scenario === null) return "NO_SCENARIO";
  return unknownSkus.has(sku) ? "UNKNOWN_SKU" : "NO_STOCK";
}

function outcomeOf(placements: readonly Placement[], shortfalls: readonly Want[]): Attempt["outcome"] {
  if (shortfalls.length === 0) return placements.length === 0 ? "NOTHING_WANTED" : "PLANNED";
  return placements.length === 0 ? "SHORT" : "PARTLY_SHORT";
}
