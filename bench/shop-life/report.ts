import type { ShopLifeOptions } from "./options.ts";
import type { Violation } from "./violation.ts";

export interface StoryReport {
  readonly seed: number;
  readonly counts: Readonly<
    Record<"orders" | "confirmed" | "refunds" | "labels" | "mails" | "unknown" | "movements", number>
  >;
  readonly violations: readonly Violation[];
}

export interface ShopLifeReport {
  readonly ok: boolean;
  readonly options: ShopLifeOptions;
  readonly stories: readonly StoryReport[];
  readonly kills: number;
  readonly seconds: number;
}

const KINDS = ["doubled", "lost", "stuck", "wrong"] as const;
const MOST_LISTED = 40;

const countKinds = (violations: readonly Violation[]): string =>
  KINDS.map((kind) => `${violations.filter((one) => one.kind === kind).length} ${kind}`).join(", ");

export function toStoryLine({ seed, counts, violations }: StoryReport): string {
  const { unknown, ...effects } = counts;
  const done = Object.entries(effects)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");
  const asked = unknown === 0 ? "" : `, ${unknown} with a person`;
  return `seed ${String(seed).padStart(4)}: ${done}${asked}: ${violations.length === 0 ? "nothing is wrong" : countKinds(violations)}`;
}

/** The sum of all stories, and the first violations. */
export function toSummary({ stories, kills, seconds, options }: ShopLifeReport): string {
  const violations = stories.flatMap((story) => story.violations.map((one) => ({ seed: story.seed, ...one })));
  const total = (name: keyof StoryReport["counts"]): number =>
    stories.reduce((sum, { counts }) => sum + counts[name], 0);
  const listed = violations.slice(0, MOST_LISTED);
  return [
    `${stories.length} seeds on ${options.queue} in ${seconds} s, ${kills} workers killed: ${countKinds(violations)}`,
    `${total("orders")} orders, ${total("confirmed")} confirmed, ${total("refunds")} refunds, ${total("labels")} labels, ` +
      `${total("mails")} mails (${total("unknown")} with a person), ${total("movements")} movements`,
    ...listed.map(({ seed, kind, about, what }) => `  seed ${seed}, ${kind}: ${about}: ${what}`),
    ...(violations.length > listed.length ? [`  and ${violations.length - listed.length} more`] : []),
  ].join("\n");
}
