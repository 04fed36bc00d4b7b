import { DAY_MS, MINUTE_MS } from "@drumline/core/clock";
import { countDueBetween } from "@drumline/core/scheduling";
import { countRuns, isLiving, isPaused } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { checkHealth } from "../health/check-health.ts";
import { openProblemsSchema, toOpenProblems } from "../health/open-problems.ts";
import { keepFor } from "../http/keep-for.ts";
import { quickRead } from "../http/quick-read.ts";
import { instant } from "../http/wire.ts";
import { describeHealth } from "./describe-health.ts";
import type { DueTimes } from "./due-times.ts";

const reasonSchema = z.object({ code: z.string(), message: z.string() });

const summarySchema = z
  .object({
    at: instant,
    ready: z.boolean(),
    sentence: z.string().describe("How it stands, for a person: the worst first."),
    reasons: z.array(reasonSchema).readonly().describe("Why work may not be getting done."),
    warnings: z.array(reasonSchema).readonly().describe("What works and will not for long, or waits for a person."),
    counts: z
      .object({
        dueNext10Minutes: z.int().describe("Occurrences; those of paused schedules left out."),
        running: z.int(),
        waiting: z.int(),
        late: z.int().describe("Schedules with an occurrence that should have begun or ended by now."),
        failed24h: z.int().describe("Runs that failed or timed out within 24 hours."),
      })
      .nullable()
      .describe("Null while the database is away."),
    schedules: z
      .object({ on: z.int(), paused: z.int(), off: z.int() })
      .nullable()
      .describe("`on` without the paused ones."),
    next: z.object({ dueAt: instant, schedule: z.string() }).nullable().describe("What is due next."),
    openProblems: openProblemsSchema,
    processes: z.object({ beats: z.int(), workers: z.int(), apis: z.int() }).describe("Those that live."),
  })
  .meta({ id: "OverviewSummary" });

type Summary = z.output<typeof summarySchema>;

/** One answer does for so much longer while the next one is being found. */
const STALE_TIMES = 5;

export function addSummaryRoute(app: Api, parts: ApiParts, dueTimes: () => Promise<DueTimes>): void {
  const { clock, healthKeptMs } = parts;
  const keeping = { freshMs: () => healthKeptMs, staleMs: STALE_TIMES * healthKeptMs };
  const summary = keepFor<null, Summary>(clock, keeping, () => loadSummary(parts, dueTimes));
  app.get(
    "/api/v1/overview/summary",
    {
      schema: {
        summary: "How it stands in one sentence, and in counts",
        description: "Kept for a second by each api process, so that any number of open pages costs one look.",
        tags: ["health"],
        response: { 200: summarySchema },
      },
    },
    () => summary(null),
  );
}

async function loadSummary(parts: ApiParts, dueTimes: () => Promise<DueTimes>): Promise<Summary> {
  const { db, clock } = parts;
  const { reasons, warnings, facts } = await checkHealth(parts);
  const now = clock.now();
  const living = (kind: string) =>
    (facts?.processes ?? []).filter((process) => process.kind === kind && isLiving(process)).length;
  const base = {
    at: now,
    ready: reasons.length === 0,
    reasons,
    warnings,
    openProblems: toOpenProblems(facts),
    processes: { beats: living("beat"), workers: living("worker"), apis: living("api") },
  };
  if (facts === null) {
    const sentence = describeHealth({ reasons, warnings, counts: null, schedules: null, next: null }, now);
    return { ...base, sentence, counts: null, schedules: null, next: null };
  }
  const [times, running, waiting, failed] = await Promise.all([
    dueTimes(),
    quickRead(db, (tx) => countRuns(tx, { status: "PROCESSING" }, now)),
    quickRead(db, (tx) => countRuns(tx, { status: "SCHEDULED" }, now)),
    quickRead(db, (tx) =>
      countRuns(tx, { status: ["FAILED", "TIMED_OUT"], from: new Date(now.getTime() - DAY_MS) }, now),
    ),
  ]);
  const on = times.due.filter(({ schedule }) => !isPaused(schedule, now));
  const paused = times.all.filter((schedule) => schedule.enabled && isPaused(schedule, now)).length;
  const soon = new Date(now.getTime() + 10 * MINUTE_MS);
  const rest = {
    counts: {
      dueNext10Minutes: on
        .filter(({ dueAt }) => dueAt <= soon)
        .reduce((sum, { schedule: { trigger, anchorAt } }) => sum + countDueBetween(trigger, anchorAt, now, soon), 0),
      running: running.count,
      waiting: waiting.count,
      late: facts.late.length,
      failed24h: failed.count,
    },
    schedules: { on: on.length, paused, off: times.all.length - on.length - paused },
    next: on[0] === undefined ? null : { dueAt: on[0].dueAt, schedule: on[0].schedule.key },
  };
  return { ...base, ...rest, sentence: describeHealth({ reasons, warnings, ...rest }, now) };
}
