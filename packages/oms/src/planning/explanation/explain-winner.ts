import type { Attempt, LocationSeen, RuleSeen } from "../rules/attempt-record.ts";
import type { Explanation } from "./explanation.ts";

/** Why the first chosen location came before the next one that could have taken the order: the rule's sort keys of both. */
export function explainWinner({ locations, tried = [] }: Attempt): Explanation["winner"] {
  const winner = locations.find(({ chosen, fellAt }) => chosen && fellAt !== undefined);
  const ruleNo = winner?.fellAt?.indexOf(null) ?? -1;
  const rule = tried[ruleNo];
  if (winner === undefined || rule === undefined) return null;
  const able = locations.filter((one) => one !== winner && !one.chosen && one.fellAt?.[ruleNo] === "NOT_NEEDED");
  const runnerUp = able.sort((left, right) => byKeys(left, right, rule))[0] ?? null;
  const keys = rule.sort.map(({ by }) => ({
    by,
    winner: keyOf(winner, by),
    runnerUp: runnerUp === null ? null : keyOf(runnerUp, by),
  }));
  return { erpCode: winner.erpCode, runnerUp: runnerUp?.erpCode ?? null, words: toWords(winner, runnerUp, rule), keys };
}

function toWords(winner: LocationSeen, runnerUp: LocationSeen | null, { name, sort }: RuleSeen): string {
  if (runnerUp === null) return `${winner.erpCode}: no other location could have taken all of it by “${name}”`;
  const deciding = sort.find(({ by }) => keyOf(winner, by) !== keyOf(runnerUp, by));
  if (deciding === undefined)
    return `${winner.erpCode} before ${runnerUp.erpCode} by its ERP code: all sort keys of “${name}” are equal`;
  const { by } = deciding;
  return `${winner.erpCode} before ${runnerUp.erpCode} by ${KEY_WORDS[by]}: ${keyOf(winner, by) ?? "unknown"} against ${keyOf(runnerUp, by) ?? "unknown"}`;
}

const KEY_WORDS = {
  PRIORITY: "priority",
  STOCK: "stock",
  DENSITY: "open packages",
  DISTANCE: "distance in km",
} as const;

function keyOf({ priority, km, openPackages, stock }: LocationSeen, by: RuleSeen["sort"][number]["by"]): number | null {
  if (by === "PRIORITY") return priority ?? null;
  if (by === "DISTANCE") return km ?? null;
  if (by === "DENSITY") return openPackages ?? null;
  return stock.reduce(
    (sum, { quantity, safety_stock: safety = 0, blocked }) => sum + (blocked ? 0 : Math.max(0, quantity - safety)),
    0,
  );
}

function byKeys(left: LocationSeen, right: LocationSeen, { sort }: RuleSeen): number {
  for (const { by, direction } of sort) {
    const difference = (keyOf(left, by) ?? Infinity) - (keyOf(right, by) ?? Infinity);
    if (difference !== 0 && !Number.isNaN(difference)) return direction === "asc" ? difference : -difference;
  }
  return left.erpCode < right.erpCode ? -1 : 1;
}
