import { countKeptPackages, countWork } from "@drumline/oms/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { checkHealth } from "../health/check-health.ts";
import { openProblemsSchema, toOpenProblems } from "../health/open-problems.ts";
import { processShape, toProcessView } from "../health/process-view.ts";
import { instant } from "../http/wire.ts";
import { runSchema } from "../runs/run-view.ts";
import { loadRuns } from "@drumline/engine";
import { loadQueues, queueSchema } from "../queues/queues.ts";
import { loadScheduleViews, scheduleSchema } from "../schedules/schedule-view.ts";

export const overviewSchema = z
  .object({
    at: instant,
    ready: z.boolean(),
    reasons: z.array(z.object({ code: z.string(), message: z.string() })).readonly(),
    counters: z
      .object({
        ordersPulled: z.int(),
        ordersPlanned: z.int(),
        packages: z.int().describe("All but the cancelled ones."),
        exact: z.boolean().describe("False once one of these is over 100,000: then it is an estimate."),
        late: z.int(),
        openProblems: openProblemsSchema,
      })
      .nullable()
      .describe("Null while the database is away."),
    processes: z.array(
      z.object({
        ...processShape,
      }),
    ),
    schedules: z.array(scheduleSchema),
    runs: z.array(runSchema).describe("The newest few."),
    queues: z.array(queueSchema),
  })
  .meta({ id: "Overview" });

/** As it is sent: instants are text. */
export type Overview = z.input<typeof overviewSchema>;

const NEWEST_RUNS = 15;

export function addOverviewRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/overview",
    {
      schema: {
        summary: "Health, counters, processes, schedules, queues and the newest runs, in one answer",
        tags: ["health"],
        response: { 200: overviewSchema },
      },
    },
    async () => loadOverview(parts),
  );
}

/** All of the first look. What a database that is away would have told stays empty; `reasons` says so. */
async function loadOverview(parts: ApiParts): Promise<z.output<typeof overviewSchema>> {
  const { db, clock } = parts;
  const { reasons, facts } = await checkHealth(parts);
  const [work, schedules, runs, queues] = await Promise.all([
    facts === null ? null : countWork(db),
    facts === null ? [] : loadScheduleViews(parts),
    facts === null ? [] : loadRuns(db, {}, null, NEWEST_RUNS),
    loadQueues(parts).catch(() => []),
  ]);
  return {
    at: clock.now(),
    ready: reasons.length === 0,
    reasons,
    counters: work && {
      ordersPulled: work.orders.total,
      ordersPlanned: work.plans.total,
      packages: countKeptPackages(work),
      exact: work.orders.exact && work.plans.exact && work.packages.exact,
      late: facts?.late.length ?? 0,
      openProblems: toOpenProblems(facts),
    },
    processes: (facts?.processes ?? []).map((process) => ({
      ...toProcessView(process),
    })),
    schedules,
    runs,
    queues,
  };
}
