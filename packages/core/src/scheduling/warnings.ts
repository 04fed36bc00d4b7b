import { eitherDayMatches } from "./crontab.ts";
import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  HOUR,
  MINUTE,
  MONTH,
  sizeOf,
  type CrontabField,
  type FieldSpec,
} from "./crontab-field.ts";
import { dueBetween } from "./next-due.ts";
import { MAX_INSTANT_MS } from "./time-zone.ts";
import type { CrontabTrigger, Trigger } from "./trigger.ts";

/** What a trigger does that its author may not expect; `after` is where the dates that are shown start. */
export function warningsOf(trigger: Trigger, after: Date): string[] {
  if (trigger.kind === "interval") return [];
  const { crontab } = trigger;
  const warnings = [
    ...stepWarnings(MINUTE, crontab.minute),
    ...stepWarnings(HOUR, crontab.hour),
    ...stepWarnings(DAY_OF_MONTH, crontab.dayOfMonth),
    ...stepWarnings(MONTH, crontab.month),
    ...stepWarnings(DAY_OF_WEEK, crontab.dayOfWeek),
  ];
  if (eitherDayMatches(crontab)) {
    warnings.push(
      `day of month ${crontab.dayOfMonth.text} and day of week ${crontab.dayOfWeek.text} are both set: ` +
        `it runs when either matches, next on ${nextDates(trigger, after).join(", ")}`,
    );
  }
  return warnings;
}

/** A step that does not divide its field starts anew at every round, so the last wait is shorter. */
function stepWarnings(spec: FieldSpec, { text, values }: CrontabField): string[] {
  const step = Number(/^\*\/(\d+)$/.exec(text)?.[1] ?? 1);
  if (step === 1 || (spec !== DAY_OF_MONTH && sizeOf(spec) % step === 0)) return [];
  const named = values.map((value) => spec.names[value - spec.min] ?? String(value));
  const shown = named.length > 4 ? `${named.slice(0, 3).join(", ")} … ${named.at(-1)}` : named.join(", ");
  return [`${spec.name} ${text} is uneven: it means ${shown}, then starts again at ${named[0]}`];
}

function nextDates(trigger: CrontabTrigger, after: Date): string[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: trigger.timezone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const dates = new Set(
    dueBetween(trigger, after, after, new Date(MAX_INSTANT_MS), 3).map((due) => format.format(due)),
  );
  return [...dates];
}
