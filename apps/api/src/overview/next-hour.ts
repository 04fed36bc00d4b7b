import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { countDueBetween, dueBetween, type Trigger } from "@drumline/core/scheduling";
import { isPaused, loadPeriodsUntil, type StoredSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { keepFor } from "../http/keep-for.ts";
import { instant } from "../http/wire.ts";
import type { DueTimes } from "./due-times.ts";

/** By columns: there are thousands of them. */
const ticksSchema = z.object({
  at: z.array(z.int()).describe("When it is due, in seconds since 1970; of several told together, the first."),
  count: z.array(z.int()).describe("How many are told together."),
});

const nextSchema = z
  .object({
    at: instant,
    until: instant,
    items: z.array(
      z.object({
        id: z.string(),
        schedule: z.string().describe("Its key."),
        name: z.string(),
        task: z.string(),
        queue: z.string().nullable().describe("Null where no task of this release has the name."),
        pausedUntil: instant.nullable().describe("What is due before then is skipped; null with `paused`: all of it."),
        paused: z.boolean(),
        count: z.int().describe("How often it is due until then."),
        ticks: ticksSchema.describe("Its due instants; many are told together, by steps of a 120th of the time."),
      }),
    ),
    more: z.int().describe("Schedules that are due within the time and not among the items."),
    windows: z
      .array(
        z.object({
          name: z.string(),
          reason: z.string(),
          startsAt: instant,
          endsAt: instant,
          queues: z.array(z.string()).readonly().describe("Whose runs wait; with `scheduleIds` empty too, all runs."),
          scheduleIds: z.array(z.string()).readonly(),
        }),
      )
      .describe("Maintenance windows in force within the time."),
  })
  .meta({ id: "NextOccurrences" });

const STEPS = 120;
/** As many are told one by one. */
const MOST_TICKS = 60;
const KEPT_MS = 1_000;

interface NextQuery {
  readonly minutes: number;
  readonly limit: number;
}

/** What is due next, computed from the schedules with the code that makes it due. */
export function addNextRoute(app: Api, parts: ApiParts, dueTimes: () => Promise<DueTimes>): void {
  const { clock, healthKeptMs } = parts;
  const keeping = { freshMs: () => Math.min(KEPT_MS, healthKeptMs) };
  const load = keepFor(clock, keeping, (query: NextQuery) => loadNext(parts, dueTimes, query));
  app.get(
    "/api/v1/overview/next",
    {
      schema: {
        summary: "What is due within the next minutes, a line per schedule",
        tags: ["health"],
        querystring: z.strictObject({
          minutes: z.coerce.number().int().min(1).max(240).default(60),
          limit: z.coerce.number().int().min(1).max(500).default(100).describe("Schedules; those due first are told."),
        }),
        response: { 200: nextSchema },
      },
    },
    ({ query }) => load(query),
  );
}

async function loadNext(
  { db, clock, tasks }: ApiParts,
  dueTimes: () => Promise<DueTimes>,
  { minutes, limit }: NextQuery,
): Promise<z.output<typeof nextSchema>> {
  const now = clock.now();
  const until = new Date(now.getTime() + minutes * MINUTE_MS);
  const [{ due }, windows] = await Promise.all([dueTimes(), loadPeriodsUntil(db, now, until)]);
  const within = due.filter(({ dueAt }) => dueAt <= until);
  const queues = new Map(tasks.map(({ name, queue }) => [name, queue]));
  return {
    at: now,
    until,
    items: within
      .slice(0, limit)
      .map(({ schedule }) => toLine(schedule, queues.get(schedule.task) ?? null, now, until)),
    more: Math.max(0, within.length - limit),
    windows: windows.map(({ name, reason, startsAt, endsAt, queues: held, scheduleIds }) => ({
      name,
      reason,
      startsAt,
      endsAt,
      queues: held,
      scheduleIds,
    })),
  };
}

function toLine(schedule: StoredSchedule, queue: string | null, now: Date, until: Date) {
  const { id, key, name, task, trigger, anchorAt } = schedule;
  const paused = isPaused(schedule, now);
  const ticks = planTicks(trigger, anchorAt, now, until);
  return {
    id,
    schedule: key,
    name,
    task,
    queue,
    paused,
    pausedUntil: paused ? schedule.pausedUntil : null,
    count: ticks.reduce((sum, { count }) => sum + count, 0),
    ticks: {
      at: ticks.map(({ at }) => Math.floor(at.getTime() / SECOND_MS)),
      count: ticks.map(({ count }) => count),
    },
  };
}

/** The due instants in (from, until]; where there are many, the first of each step with the number of those in it. */
export function planTicks(trigger: Trigger, anchorAt: Date, from: Date, until: Date): { at: Date; count: number }[] {
  const one = dueBetween(trigger, anchorAt, from, until, MOST_TICKS + 1);
  if (one.length <= MOST_TICKS) return one.map((at) => ({ at, count: 1 }));
  const stepMs = (until.getTime() - from.getTime()) / STEPS;
  return Array.from({ length: STEPS }, (_, step) => {
    const [after, upTo] = [step, step + 1].map((edge) => new Date(from.getTime() + edge * stepMs)) as [Date, Date];
    const [at] = dueBetween(trigger, anchorAt, after, upTo, 1);
    return at === undefined ? [] : [{ at, count: countDueBetween(trigger, anchorAt, after, upTo) }];
  }).flat();
}
