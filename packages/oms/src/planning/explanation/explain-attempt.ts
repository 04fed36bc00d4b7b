import type { Attempt, LocationSeen, RuleSeen, StockSeen } from "../rules/attempt-record.ts";
import type { RejectedBecause } from "../rules/candidates.ts";
import { STAGE_OF, STAGES } from "../rules/where-it-fell.ts";
import type { Explanation } from "./explanation.ts";
import { planAgain } from "./plan-again.ts";
import { REASON_WORDS, reasonInWords, STAGE_WORDS } from "./reason-in-words.ts";
import { explainWinner } from "./explain-winner.ts";
import { findChanges } from "./what-would-change.ts";

type LocationView = Explanation["locations"][number];

/** What a person reads of an attempt. Pure, and good for records that keep less than today's do. */
export function explainAttempt(attempt: Attempt): Explanation {
  const rules = attempt.tried ?? [];
  const asItWas = planAgain(attempt);
  const lines = attempt.items
    .filter(({ wanted }) => wanted > 0)
    .map(({ orderItemId, sku, wanted }) => {
      const short = attempt.shortfalls.find((one) => one.orderItemId === orderItemId);
      const shortBecause = short === undefined ? null : whyShort(sku, short.reason, attempt);
      return { orderItemId, sku, wanted, shortUnits: short?.units ?? 0, shortBecause };
    });
  return {
    sentence: toSentence(attempt, lines),
    isFull: attempt.tried !== undefined,
    outcome: attempt.outcome,
    lines,
    rules: rules.map((rule) => ({
      name: rule.name,
      words: ruleInWords(rule),
      wantedUnits: rule.wantedUnits,
      placedUnits: rule.placedUnits,
      funnel: funnelOf(rule, attempt.locationCounts),
    })),
    locations: attempt.locations.map((location) => ({
      ...toLocationView(location, rules),
      changes: location.chosen ? [] : findChanges(attempt, location, asItWas),
    })),
    locationsLeftOut: attempt.locationsLeftOut,
    winner: explainWinner(attempt),
  };
}

function toSentence(attempt: Attempt, lines: Explanation["lines"]): string {
  if (attempt.outcome === "NOTHING_WANTED") return "Nothing was wanted: every unit was in a package or cancelled.";
  const wanted = lines.reduce((sum, line) => sum + line.wanted, 0);
  const short = lines.reduce((sum, line) => sum + line.shortUnits, 0);
  const places = attempt.locations.filter(({ chosen }) => chosen).map(({ erpCode }) => erpCode);
  const by = attempt.trigger === "MANUAL" ? " by a person" : "";
  const where = places.length === 0 ? "" : ` at ${listed(places)}`;
  const because = lines
    .filter(({ shortUnits }) => shortUnits > 0)
    .map(({ shortUnits, sku, shortBecause }) => `${shortUnits} × ${sku} short: ${shortBecause}`);
  return `${wanted - short} of ${wanted} ${wanted === 1 ? "unit" : "units"} planned${where}${by}${because.length === 0 ? "" : `; ${listed(because, 3)}`}.`;
}

const listed = (parts: readonly string[], most = 4): string =>
  parts.length <= most ? parts.join(", ") : `${parts.slice(0, most).join(", ")} and ${parts.length - most} more`;

/** By what the nearest locations that carry it were refused for. */
function whyShort(sku: string, reason: string, { locations, locationsLeftOut, tried }: Attempt): string {
  if (reason === "NO_SCENARIO") return "no scenario is for this order";
  if (reason === "UNKNOWN_SKU") return "the inventory engine does not know it";
  const carrying = locations.flatMap((location) => {
    const level = location.stock.find((one) => one.sku === sku);
    return level === undefined ? [] : [{ location, level }];
  });
  if (carrying.length === 0) return locationsLeftOut > 0 ? "no location has it free" : "no location carries it";
  const withFree = carrying.find(({ location, level }) => !location.chosen && freeOf(level) > 0);
  if (withFree !== undefined && locationsReason(withFree.location) !== null)
    return `${withFree.location.erpCode} has ${freeOf(withFree.level)} free and ${reasonInWords(
      locationsReason(withFree.location)!,
      withFree.location,
      tried?.at(-1),
    )}`;
  const blocked = carrying.filter(({ level }) => level.blocked);
  if (blocked.length > 0)
    return `no location has it free, and a discrepancy blocks it at ${listed(blocked.map(({ location }) => location.erpCode))}`;
  return carrying.some(({ level }) => level.stock_count > 0)
    ? "no location has it free: what there is is reserved"
    : "no location has it free";
}

const locationsReason = ({ fellAt, rejectedBy }: LocationSeen): RejectedBecause | null => fellAt?.at(-1) ?? rejectedBy;

function ruleInWords({ sort, selectByQuota, allowSplit, maxPackages, transferable, itemAttribute }: RuleSeen): string {
  const order = sort.map(({ by, direction }) => SORT_WORDS[by][direction]);
  return [
    itemAttribute === null ? "any location the filter lets in" : `the location each item names as its ${itemAttribute}`,
    ...(selectByQuota ? ["with room in its quota"] : []),
    ...(order.length === 0 ? [] : [`${order.join(", then ")} first`]),
    allowSplit
      ? maxPackages === null
        ? "split where needed"
        : `split over at most ${maxPackages}`
      : "all from one location",
    ...(transferable ? ["fetching from others what is missing"] : []),
  ].join("; ");
}

const SORT_WORDS = {
  PRIORITY: { asc: "lowest priority number", desc: "highest priority number" },
  STOCK: { asc: "least stock", desc: "most stock" },
  DENSITY: { asc: "fewest open packages", desc: "most open packages" },
  DISTANCE: { asc: "nearest", desc: "farthest" },
} as const;

function funnelOf(rule: RuleSeen, counts: Attempt["locationCounts"]): Explanation["rules"][number]["funnel"] {
  const fallen = Object.entries(rule.fell) as [RejectedBecause, number][];
  let left = fallen.reduce((sum, [, count]) => sum + count, rule.chosen) - (rule.fell.NOT_ACTIVE ?? 0);
  const funnel: Explanation["rules"][number]["funnel"][number][] = [];
  if (counts !== undefined) {
    const fell = toFell(fallen, "ACTIVE");
    funnel.push({ stage: "KNOWN", words: "are known", count: counts.known, fell: [] });
    funnel.push({ stage: "ACTIVE", words: STAGE_WORDS.ACTIVE, count: counts.active, fell });
  }
  funnel.push({ stage: "CONSIDERED", words: "carry a product of the order, or are named", count: left, fell: [] });
  for (const stage of STAGES.slice(1)) {
    const fell = toFell(fallen, stage);
    left -= fell.reduce((sum, { count }) => sum + count, 0);
    funnel.push({ stage, words: STAGE_WORDS[stage], count: left, fell });
  }
  return funnel;
}

const toFell = (fallen: readonly [RejectedBecause, number][], stage: (typeof STAGES)[number]) =>
  fallen
    .filter(([reason]) => STAGE_OF[reason] === stage)
    .map(([reason, count]) => ({
      reason,
      words: count === 1 ? REASON_WORDS[reason] : ofMany(REASON_WORDS[reason]),
      count,
    }));

/** "has nothing free" of one location, "have nothing free" of several. */
const ofMany = (words: string): string =>
  words
    .replace(/^has /, "have ")
    .replace(/^is /, "are ")
    .replace(/^carries /, "carry ");

function toLocationView(location: LocationSeen, rules: readonly RuleSeen[]): Omit<LocationView, "changes"> {
  const { erpCode, chosen, fellAt = [], rejectedBy } = location;
  const byRule = fellAt.map((reason, index) => ({
    rule: rules[index]?.name ?? "",
    reason,
    stage: reason === null ? null : STAGE_OF[reason],
    words: reason === null ? "chosen" : reasonInWords(reason, location, rules[index]),
  }));
  const reason = fellAt.at(-1) ?? rejectedBy;
  return {
    erpCode,
    chosen,
    words: chosen || reason === null ? "chosen" : reasonInWords(reason, location, rules.at(-1)),
    byRule,
    priority: location.priority ?? null,
    km: location.km ?? null,
    openPackages: location.openPackages ?? null,
    maxQuota: location.maxQuota ?? null,
    stock: location.stock.map((level) => ({
      sku: level.sku,
      onHand: level.stock_count,
      reserved: level.reservation_count,
      safetyStock: level.safety_stock ?? 0,
      blocked: level.blocked === true,
      free: freeOf(level),
    })),
    placed: (location.placed ?? []).map(({ sku, units, fetched }) => ({ sku, units, fetched: fetched === true })),
  };
}

/** What could be promised of it. */
export const freeOf = ({ quantity, safety_stock: safety = 0, blocked }: StockSeen): number =>
  blocked ? 0 : Math.max(0, quantity - safety);
