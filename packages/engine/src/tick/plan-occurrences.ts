import { dueSince } from "./due-since.ts";

import type { Schedule } from "../schedules/schedule.ts";

/** An open run of the schedule, as far as overlap is concerned. */
export interface OpenRun {
  readonly status: "SCHEDULED" | "PROCESSING";
}

export interface OccurrenceInput {
  readonly schedule: Schedule;
  readonly now: Date;
  readonly open: readonly OpenRun[];
  /** The duplicate guard (`DEDUPLICATE_SCHEDULED_RUNS`): off, or on and whether a run of the same configuration waits already. */
  readonly duplicates: "allowed" | "refused" | "waiting";
}

/** What becomes of one occurrence: a run (perhaps held until the open one ends), or a row that says why not. */
export type Occurrence =
  | { readonly kind: "run"; readonly dueAt: Date; readonly origin: "SCHEDULE" | "CATCH_UP"; readonly held: boolean }
  | {
      readonly kind: "skip";
      readonly dueAt: Date;
      readonly status: "SKIPPED" | "MISSED";
      readonly code: SkipCode;
      readonly reason: string;
      readonly occurrences: number;
    };

export type SkipCode = "LATE" | "COALESCED" | "PAUSED" | "DUPLICATE" | "OVERLAP";

// Beyond these, missed occurrences share one row: a month of a 1 s schedule must not become 2.6 million rows.
const MISSED_ROWS = 100;
const CATCH_UP_RUNS = 1_000;

/**
 * Decides every occurrence of a schedule since the last one that has a row, up to now: pure, so that a double tick,
 * a lost one and a month of downtime are the same question. Policies as in the design, rule 4.
 */
export function planOccurrences({ schedule, now, open, duplicates }: OccurrenceInput): Occurrence[] {
  const { trigger, anchorAt, lastDueAt, graceMs, missed } = schedule;
  const kept = missed === "all" ? CATCH_UP_RUNS : MISSED_ROWS;
  const { instants, earlier } = dueSince(trigger, anchorAt, lastDueAt ?? anchorAt, now, kept);
  const isLate = (dueAt: Date) => now.getTime() - dueAt.getTime() > graceMs;
  const onTime = instants.filter((dueAt) => !isLate(dueAt));
  const late = instants.filter(isLate);
  const planned: Occurrence[] = [];
  if (earlier !== null)
    planned.push(toMissed(earlier.last, `nobody ran these ${earlier.count} occurrences in time`, earlier.count));

  if (isPaused(schedule, now)) {
    return [...planned, ...instants.map((dueAt) => toSkipped(dueAt, "PAUSED", pauseReason(schedule)))];
  }
  const madeGood = chooseMadeGood(late, onTime, missed);
  for (const dueAt of late) {
    if (!madeGood.has(dueAt))
      planned.push(missed === "once" ? toCoalesced(dueAt) : toMissed(dueAt, lateReason(dueAt, now, graceMs), 1));
  }
  const due = [
    ...[...madeGood].map((dueAt) => ({ dueAt, origin: "CATCH_UP" as const })),
    ...onTime.map((dueAt) => ({ dueAt, origin: "SCHEDULE" as const })),
  ];
  return [...planned, ...admit(due, schedule, open, duplicates)];
}

function chooseMadeGood(late: readonly Date[], onTime: readonly Date[], missed: Schedule["missed"]): Set<Date> {
  switch (missed) {
    case "skip":
      return new Set();
    case "once":
      // A run that is due right now makes good what was missed before it.
      return new Set(onTime.length > 0 ? [] : late.slice(-1));
    case "all":
      return new Set(late);
  }
}

/** Overlap and duplicates, one occurrence after the other: each that is let in counts as open for the next. */
function admit(
  due: readonly { dueAt: Date; origin: "SCHEDULE" | "CATCH_UP" }[],
  { overlap, missed }: Schedule,
  open: readonly OpenRun[],
  duplicates: OccurrenceInput["duplicates"],
): Occurrence[] {
  const processing = open.filter(({ status }) => status === "PROCESSING").length;
  let waiting = open.length - processing;
  let duplicate = duplicates === "waiting";
  return due.map(({ dueAt, origin }): Occurrence => {
    // `all` means each: catch-ups line up behind each other instead of counting as duplicates.
    if (origin === "CATCH_UP" && missed === "all") {
      const held = processing + waiting > 0;
      waiting += 1;
      return { kind: "run", dueAt, origin, held };
    }
    if (duplicate) return toSkipped(dueAt, "DUPLICATE", "a run with the same configuration is still waiting");
    if (overlap === "skip" && processing + waiting > 0) {
      return toSkipped(dueAt, "OVERLAP", "an earlier run of this schedule is still open");
    }
    if (overlap === "queue_one" && waiting > 0) {
      return toSkipped(dueAt, "OVERLAP", "one run already waits for the open one to end");
    }
    const held = overlap === "queue_one" && processing > 0;
    waiting += 1;
    duplicate = duplicates !== "allowed";
    return { kind: "run", dueAt, origin, held };
  });
}

export function isPaused({ pausedAt, pausedUntil }: Schedule, now: Date): boolean {
  return pausedAt !== null && (pausedUntil === null || pausedUntil > now);
}

const pauseReason = ({ pausedReason }: Schedule): string => `paused${pausedReason === null ? "" : `: ${pausedReason}`}`;

const lateReason = (dueAt: Date, now: Date, graceMs: number): string =>
  `${Math.round((now.getTime() - dueAt.getTime()) / 1_000)} s late, and the grace is ${Math.round(graceMs / 1_000)} s`;

const toMissed = (dueAt: Date, reason: string, occurrences: number): Occurrence => ({
  kind: "skip",
  dueAt,
  status: "MISSED",
  code: "LATE",
  reason,
  occurrences,
});

const toCoalesced = (dueAt: Date): Occurrence => ({
  kind: "skip",
  dueAt,
  status: "MISSED",
  code: "COALESCED",
  reason: "made good by one later run",
  occurrences: 1,
});

const toSkipped = (dueAt: Date, code: SkipCode, reason: string): Occurrence => ({
  kind: "skip",
  dueAt,
  status: "SKIPPED",
  code,
  reason,
  occurrences: 1,
});
