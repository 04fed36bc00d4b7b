import type { Attempt, LocationSeen, StockSeen } from "../rules/attempt-record.ts";
import { STAGE_OF } from "../rules/where-it-fell.ts";
import { planAgain, type PlannedAgain } from "./plan-again.ts";

/** One fact that, were it another one, would have brought units to a location. */
export interface Change {
  readonly words: string;
  /** Units the location would have got, and units that would have stayed short. */
  readonly units: number;
  readonly shortUnits: number;
}

const MOST_CHANGES = 3;
/** Of the search for how many more units are enough. */
const MOST_STEPS = 8;

/**
 * The smallest changes of one fact each by which a location would have been chosen, found by planning again. Null where
 * what is on record does not plan to what happened: of a big order only a part is kept.
 */
export function findChanges(attempt: Attempt, location: LocationSeen, asItWas: PlannedAgain): Change[] | null {
  if (!isReproduced(attempt, asItWas)) return null;
  const changes: Change[] = [];
  for (const { words, becomes } of variationsOf(attempt, location)) {
    const plan = planAgain(replaced(attempt, location.erpCode, becomes));
    const units = plan.unitsAt.get(location.erpCode) ?? 0;
    if (units > 0) changes.push({ words, units, shortUnits: plan.shortUnits });
  }
  for (const { sku } of attempt.items) {
    if (changes.length >= MOST_CHANGES) break;
    const more = findMoreUnits(attempt, location, sku);
    if (more !== null) changes.push(more);
  }
  return changes.sort((left, right) => left.shortUnits - right.shortUnits).slice(0, MOST_CHANGES);
}

function isReproduced(attempt: Attempt, { unitsAt, shortUnits }: PlannedAgain): boolean {
  if (attempt.tried === undefined) return false;
  const short = attempt.shortfalls.reduce((sum, { units }) => sum + units, 0);
  return (
    short === shortUnits && attempt.locations.every(({ erpCode, chosen }) => chosen === (unitsAt.get(erpCode) ?? 0) > 0)
  );
}

interface Variation {
  readonly words: string;
  /** What the location, or the items, would have been. */
  readonly becomes: { readonly location?: Partial<LocationSeen>; readonly items?: Attempt["items"] };
}

function variationsOf(
  attempt: Attempt,
  { erpCode, stock, fellAt = [], maxQuota, openPackages = 0, priority }: LocationSeen,
): Variation[] {
  const rules = attempt.tried ?? [];
  const found: Variation[] = [];
  const blocked = stock.filter((level) => level.blocked);
  if (blocked.length > 0)
    found.push({
      words: `the discrepancy of ${blocked.map(({ sku }) => sku).join(", ")} is cleared`,
      becomes: { location: { stock: stock.map(({ blocked: _blocked, ...level }) => level as StockSeen) } },
    });
  if (attempt.items.some(({ failedAt }) => failedAt?.includes(erpCode)))
    found.push({
      words: "it had not failed this order before",
      becomes: {
        items: attempt.items.map(({ failedAt, ...item }) => ({
          ...item,
          failedAt: (failedAt ?? []).filter((code) => code !== erpCode),
        })),
      },
    });
  if (fellAt.includes("NO_QUOTA"))
    found.push({
      words: maxQuota == null ? "it has a quota with room" : `its quota is ${openPackages + 1} instead of ${maxQuota}`,
      becomes: { location: { maxQuota: openPackages + 1 } },
    });
  if (fellAt.includes("NOT_ACTIVE"))
    found.push({ words: "it is active", becomes: { location: { fellAt: fellAt.map(() => "NOT_CARRIED" as const) } } });
  for (const [index, reason] of fellAt.entries())
    if (reason !== null && reason !== "NO_QUOTA" && STAGE_OF[reason] === "FILTER")
      found.push({
        words: `the rule “${rules[index]!.name}” lets it in`,
        becomes: { location: { fellAt: fellAt.map((one, at) => (at === index ? "NOT_CARRIED" : one)) } },
      });
  for (const attribute of new Set(rules.flatMap(({ itemAttribute }) => itemAttribute ?? [])))
    if (fellAt.includes("NOT_NAMED_BY_ITEM"))
      found.push({
        words: `the items name it as their ${attribute}`,
        becomes: { items: attempt.items.map((item) => ({ ...item, named: { ...item.named, [attribute]: erpCode } })) },
      });
  const best = Math.min(...attempt.locations.filter(({ chosen }) => chosen).map((one) => one.priority ?? Infinity));
  if (fellAt.includes("NOT_NEEDED") && priority !== undefined && Number.isFinite(best) && priority >= best)
    found.push({
      words: `its priority is ${best - 1} instead of ${priority}`,
      becomes: { location: { priority: best - 1 } },
    });
  return found;
}

/** The fewest more units of a SKU by which the location gets some. */
function findMoreUnits(attempt: Attempt, location: LocationSeen, sku: string): Change | null {
  const wanted = attempt.items.reduce((sum, item) => (item.sku === sku ? sum + item.wanted : sum), 0);
  const known = location.stock.find((level) => level.sku === sku);
  const lacking = -Math.min(0, (known?.quantity ?? 0) - (known?.safety_stock ?? 0));
  let tooFew = 0;
  let enough: (Change & { readonly more: number }) | null = null;
  for (let step = 0, next = wanted + lacking; step < MOST_STEPS && next > tooFew; step += 1) {
    const plan = planAgain(
      replaced(attempt, location.erpCode, { location: { stock: withMore(location.stock, sku, next) } }),
    );
    const units = plan.unitsAt.get(location.erpCode) ?? 0;
    if (units > 0) enough = { words: "", units, shortUnits: plan.shortUnits, more: next };
    else if (enough === null) return null;
    else tooFew = next;
    next = Math.floor((tooFew + enough.more) / 2);
  }
  if (enough === null) return null;
  const { more, ...change } = enough;
  return { ...change, words: `${more} more ${more === 1 ? "unit" : "units"} of ${sku} there` };
}

function withMore(stock: readonly StockSeen[], sku: string, units: number): StockSeen[] {
  if (!stock.some((level) => level.sku === sku))
    return [...stock, { sku, stock_count: units, reservation_count: 0, quantity: units }];
  return stock.map((level) =>
    level.sku === sku ? { ...level, stock_count: level.stock_count + units, quantity: level.quantity + units } : level,
  );
}

const replaced = (
  attempt: Attempt,
  erpCode: string,
  { location = {}, items = attempt.items }: Variation["becomes"],
): Attempt => ({
  ...attempt,
  items,
  locations: attempt.locations.map((one) =>
    one.erpCode === erpCode ? ({ ...one, ...location } as LocationSeen) : one,
  ),
});
