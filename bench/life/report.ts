import type { Database } from "@drumline/db";

import type { LifeAction } from "./news.ts";
import type { LifeOptions } from "./options.ts";
import { loadTrail } from "./trail.sql.ts";
import type { Violation } from "./violation.ts";

type Counts = Readonly<Record<string, number>>;

export interface LifeReport {
  readonly ok: boolean;
  readonly options: LifeOptions;
  readonly virtual: { readonly from: string; readonly to: string; readonly steps: number };
  readonly seconds: number;
  readonly kills: number;
  /** What happened, by kind, and how many are in which state now. */
  readonly counts: Readonly<Record<"news" | "commands" | "webhooks" | "states", Counts>>;
  readonly violationsByKind: Counts;
  /** The first, those of every kind before further ones of the same. */
  readonly violations: readonly (Violation & { readonly trail: readonly string[] })[];
}

interface Facts extends Omit<LifeReport, "ok" | "violationsByKind" | "violations"> {
  readonly violations: readonly Violation[];
  readonly actions: readonly LifeAction[];
}

const MOST_LISTED = 20;

export async function writeReport(db: Database, { violations, actions, ...facts }: Facts): Promise<LifeReport> {
  const byKind = new Map<string, Violation[]>();
  for (const one of violations) byKind.set(one.kind, [...(byKind.get(one.kind) ?? []), one]);
  const listed = byTurns([...byKind.values()]).slice(0, MOST_LISTED);
  const withTrail: LifeReport["violations"][number][] = [];
  for (const one of listed)
    withTrail.push({ ...one, trail: one.order === null ? [] : await toTrail(db, one.order, actions) });
  return {
    ok: violations.length === 0,
    ...facts,
    violationsByKind: Object.fromEntries([...byKind].map(([kind, list]) => [kind, list.length])),
    violations: withTrail,
  };
}

/** The first of each list, then the second of each. */
function byTurns<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

async function toTrail(db: Database, order: string, actions: readonly LifeAction[]): Promise<string[]> {
  const here = await loadTrail(db, order);
  return [...actions.filter((action) => action.order === order), ...here]
    .toSorted((left, right) => left.at.getTime() - right.at.getTime())
    .map(({ at, what }) => `${at.toISOString().slice(0, 16)} ${what}`);
}

export function printReport({ ok, options, virtual, seconds, kills, counts, ...found }: LifeReport): string {
  const { violationsByKind, violations } = found;
  const lines = [
    `life, seed ${options.seed} on ${options.queue}: ${options.orders} orders, ${virtual.from.slice(0, 10)} to ${virtual.to.slice(0, 10)} in ${seconds} s, ${virtual.steps} steps, ${kills} kills`,
    ...Object.entries(counts).flatMap(([what, kinds]) => ["", `${what}:`, ...toLines(kinds)]),
    "",
    ok ? "nothing is wrong" : "violations:",
    ...toLines(violationsByKind),
    ...violations.flatMap(({ kind, order, what, trail }) => [
      "",
      `${kind}${order === null ? "" : `, order ${order}`}: ${what}`,
      ...trail.map((line) => `    ${line}`),
    ]),
  ];
  return lines.join("\n");
}

const toLines = (counts: Counts): string[] =>
  Object.entries(counts).map(([kind, count]) => `  ${String(count).padStart(6)}  ${kind}`);
