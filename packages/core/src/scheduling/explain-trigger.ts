import { type ClockChange, findClockChanges } from "./clock-changes.ts";
import { describeTrigger, formatTrigger } from "./describe.ts";
import { dueBetween } from "./next-due.ts";
import { MAX_INSTANT_MS } from "./time-zone.ts";
import type { Trigger } from "./trigger.ts";
import { warningsOf } from "./warnings.ts";

/** A trigger as its author should see it before he saves it. */
export interface ExplainedTrigger {
  /** Its shortest exact form: `every 300s`, `0 3 * * *`. */
  readonly expression: string;
  readonly inWords: string;
  /** Its next five occurrences. */
  readonly next: readonly Date[];
  /** What it does that its author may not expect. */
  readonly warnings: readonly string[];
  /** The nights of the coming year on which the clock change meets it. */
  readonly clockChanges: readonly ClockChange[];
  /** The same expression where many look it up; null for an interval. */
  readonly crontabGuruUrl: string | null;
}

const NEXT_SHOWN = 5;

/**
 * What a trigger means, in words, by its next instants and on the nights of a clock change. An interval is counted from
 * `anchor` on, which is `after` for one that is not saved yet.
 */
export function explainTrigger(trigger: Trigger, after: Date, anchor: Date = after): ExplainedTrigger {
  return {
    expression: formatTrigger(trigger),
    inWords: describeTrigger(trigger),
    next: dueBetween(trigger, anchor, after, new Date(MAX_INSTANT_MS), NEXT_SHOWN),
    warnings: warningsOf(trigger, after),
    clockChanges: findClockChanges(trigger, after),
    crontabGuruUrl: trigger.kind === "interval" ? null : toCrontabGuruUrl(trigger.crontab.text),
  };
}

/** The address that crontab.guru gives an expression: underscores between the fields. */
const toCrontabGuruUrl = (text: string): string => `https://crontab.guru/#${text.replaceAll(" ", "_")}`;
