import { formatTrigger, nextDue, parseCrontab, type Trigger } from "@drumline/core/scheduling";
import type { NextTick } from "@drumline/core/queue";

interface RepeatOptions {
  readonly pattern: string;
  readonly tz?: string;
  readonly startDate?: number;
}

/**
 * A trigger as BullMQ keeps it, readable for whoever looks into Redis: `0 3 * * *` with its zone, or `every 60s` with
 * the anchor as start date. BullMQ's own `every` is not used: it fires at once when it is new or changed, and Celery's
 * users were promised one interval of quiet first (design rule 3).
 */
export function toRepeatOptions(trigger: Trigger, anchorAt: Date): RepeatOptions {
  const pattern = formatTrigger(trigger);
  return trigger.kind === "interval" ? { pattern, startDate: anchorAt.getTime() } : { pattern, tz: trigger.timezone };
}

/** BullMQ's `repeatStrategy`: our next-due, so that its cron parser and its DST holes are never in the path. */
export function createNextTick(onNext: (dueMs: number) => void = () => {}): NextTick {
  const known = new Map<string, Trigger>();
  return (afterMs, { pattern, tz, startDate }) => {
    if (pattern === undefined) return undefined;
    const cacheKey = `${pattern}|${tz ?? ""}`;
    const trigger = known.get(cacheKey) ?? parseRepeat(pattern, tz ?? "UTC");
    known.set(cacheKey, trigger);
    const due = nextDue(trigger, new Date(afterMs), new Date(startDate ?? 0));
    if (due !== null) onNext(due.getTime());
    return due?.getTime();
  };
}

function parseRepeat(pattern: string, timezone: string): Trigger {
  const seconds = /^every (\d+)s$/.exec(pattern)?.[1];
  if (seconds !== undefined) return { kind: "interval", everyMs: Number(seconds) * 1_000 };
  return { kind: "crontab", crontab: parseCrontab(pattern, "BullMQ scheduler"), timezone };
}
