import { SECOND_MS } from "@drumline/core/clock";

interface Health {
  readonly reasons: readonly { readonly message: string }[];
  readonly warnings: readonly { readonly message: string }[];
  readonly counts: { readonly running: number; readonly late: number; readonly failed24h: number } | null;
  readonly schedules: { readonly on: number } | null;
  readonly next: { readonly dueAt: Date } | null;
}

/** One sentence, or two: what is wrong first, and how the work goes. "All well. 31 schedules on, 3 running, next in 12 s." */
export function describeHealth({ reasons, warnings, counts, schedules, next }: Health, now: Date): string {
  const [worst, ...others] = reasons;
  const trouble =
    worst === undefined
      ? warnings.length === 0
        ? "All well."
        : `Work gets done; ${countOf(warnings.length, "warning")}.`
      : `${worst.message}${others.length === 0 ? "" : ` (and ${countOf(others.length, "more reason")})`}`;
  if (counts === null || schedules === null) return trouble;
  const work = [
    `${countOf(schedules.on, "schedule")} on`,
    `${counts.running} running`,
    ...(counts.late === 0 ? [] : [`${counts.late} late`]),
    ...(counts.failed24h === 0 ? [] : [`${counts.failed24h} failed in 24 h`]),
    ...(next === null ? [] : [`next in ${toWait(next.dueAt.getTime() - now.getTime())}`]),
  ];
  return `${trouble} ${work.join(", ")}.`;
}

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function toWait(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
