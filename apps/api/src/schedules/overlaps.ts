import { DAY_MS } from "@drumline/core/clock";
import { compareTriggers, dueBetween, type Trigger } from "@drumline/core/scheduling";
import { loadSchedulePage } from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { loadDurations } from "./run-durations.sql.ts";

export const overlapsSchema = z.object({
  runs: z.int().describe("Finished runs that were looked at, 200 at most."),
  tookP95Ms: z.int().nullable().describe("95 of 100 of them took no longer; null where there are too few to say."),
  shortestGapMs: z.int().nullable().describe("The shortest time between two occurrences; null where there is but one."),
  isTooShort: z.boolean().describe("A run is usually still under way when the next one is due."),
  sameInstants: z
    .array(z.object({ key: z.string(), name: z.string(), count: z.int().describe("Within the coming 24 hours.") }))
    .describe("Other schedules of the task that are on and fall due at the same instants."),
});

interface Wanted {
  readonly task: string;
  readonly trigger: Trigger;
  readonly anchor: Date;
  /** The schedule that it is meant for; null for a new one. */
  readonly scheduleId: string | null;
}

const FEWEST_RUNS = 5;
const MOST_SCHEDULES = 50;
const LOOK_AHEAD_MS = 32 * DAY_MS;
const MOST_GAPS = 100;

/** Whether runs of a timing would meet themselves, or those of another schedule. */
export async function findOverlaps(
  { db }: ApiParts,
  { task, trigger, anchor, scheduleId }: Wanted,
  now: Date,
): Promise<z.output<typeof overlapsSchema>> {
  const [{ runs, p95Ms }, schedules] = await Promise.all([
    loadDurations(db, scheduleId === null ? { task } : { scheduleId }),
    loadSchedulePage(db, { task, enabled: true }, null, MOST_SCHEDULES),
  ]);
  const tookP95Ms = runs < FEWEST_RUNS ? null : p95Ms;
  const gapMs = shortestGapMs(trigger, anchor, now);
  const sameInstants = schedules
    .filter(({ id }) => id !== scheduleId)
    .map(({ key, name, trigger: its, anchorAt }) => {
      const { kept } = compareTriggers({ trigger: its, anchor: anchorAt }, { trigger, anchor }, now);
      return { key, name, count: kept };
    });
  return {
    runs,
    tookP95Ms,
    shortestGapMs: gapMs,
    isTooShort: tookP95Ms !== null && gapMs !== null && tookP95Ms > gapMs,
    sameInstants: sameInstants.filter(({ count }) => count > 0),
  };
}

function shortestGapMs(trigger: Trigger, anchor: Date, now: Date): number | null {
  if (trigger.kind === "interval") return trigger.everyMs;
  const due = dueBetween(trigger, anchor, now, new Date(now.getTime() + LOOK_AHEAD_MS), MOST_GAPS);
  const gaps = due.slice(1).map((at, index) => at.getTime() - due[index]!.getTime());
  return gaps.length === 0 ? null : Math.min(...gaps);
}
