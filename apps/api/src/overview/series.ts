import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { loadRunSeries } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { keepFor } from "../http/keep-for.ts";
import { quickRead } from "../http/quick-read.ts";
import { instant } from "../http/wire.ts";

/** How fine a series is over so many hours, and how long it is good. */
const SPANS = {
  4: { stepMs: MINUTE_MS, keptMs: 5 * SECOND_MS },
  24: { stepMs: 5 * MINUTE_MS, keptMs: 15 * SECOND_MS },
  168: { stepMs: HOUR_MS, keptMs: MINUTE_MS },
} as const;
type Hours = keyof typeof SPANS;

const COUNTS = ["finished", "failed", "cancelled", "skipped", "missed"] as const;

const seriesSchema = z
  .object({
    from: instant,
    until: instant,
    stepMs: z.int(),
    at: z.array(z.int()).describe("When each step begins, in seconds since 1970. The last step is not over."),
    ...(Object.fromEntries(COUNTS.map((name) => [name, z.array(z.int())])) as Record<
      (typeof COUNTS)[number],
      z.ZodArray<z.ZodInt>
    >),
    lateP50Ms: z
      .array(z.number().nullable())
      .describe("How late the run in the middle began; null where none was due."),
    lateP99Ms: z.array(z.number().nullable()),
  })
  .meta({ id: "RunSeries" });

/** Runs and lateness over time, by columns, as charts take them. */
export function addSeriesRoute(app: Api, parts: ApiParts): void {
  const { clock, healthKeptMs } = parts;
  const series = keepFor(
    clock,
    {
      freshMs: ({ stepMs }) => (healthKeptMs === 0 ? 0 : keptMsOf(stepMs)),
      staleMs: healthKeptMs === 0 ? 0 : MINUTE_MS,
    },
    (hours: Hours) => loadSeries(parts, hours),
  );
  app.get(
    "/api/v1/overview/series",
    {
      schema: {
        summary: "Runs by the time they ended, and how late they began",
        description: "By the minute over 4 hours, by 5 minutes over 24, by the hour over 168. Kept for some seconds.",
        tags: ["health"],
        querystring: z.strictObject({ hours: z.enum(["4", "24", "168"]).default("4") }),
        response: { 200: seriesSchema },
      },
    },
    ({ query: { hours } }) => series(Number(hours) as Hours),
  );
}

const keptMsOf = (stepMs: number): number => Object.values(SPANS).find((span) => span.stepMs === stepMs)!.keptMs;

/** A chart of a week may read some hundred thousand runs; it is asked for once a minute at most. */
const MOST_MS = 10 * SECOND_MS;

async function loadSeries({ db, clock }: ApiParts, hours: Hours): Promise<z.output<typeof seriesSchema>> {
  const { stepMs } = SPANS[hours];
  const until = clock.now();
  const from = new Date(Math.floor(until.getTime() / stepMs) * stepMs - hours * HOUR_MS + stepMs);
  const rows = await quickRead(db, (tx) => loadRunSeries(tx, { from, until, stepMs }), MOST_MS);
  const byStep = new Map(rows.map((row) => [row.step, row]));
  const steps = Array.from({ length: (hours * HOUR_MS) / stepMs }, (_, step) => byStep.get(step));
  const columns = Object.fromEntries(COUNTS.map((name) => [name, steps.map((row) => row?.[name] ?? 0)]));
  return {
    from,
    until,
    stepMs,
    at: steps.map((_, step) => Math.round((from.getTime() + step * stepMs) / SECOND_MS)),
    ...(columns as Record<(typeof COUNTS)[number], number[]>),
    lateP50Ms: steps.map((row) => row?.lateP50Ms ?? null),
    lateP99Ms: steps.map((row) => row?.lateP99Ms ?? null),
  };
}
