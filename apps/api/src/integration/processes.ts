import { loadRuns, RUN_STATUSES } from "@drumline/engine";
import type { integrationTasks } from "@drumline/tasks";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { instant } from "../http/wire.ts";
import { runSchema } from "../runs/run-view.ts";

const JOBS = {
  incoming: "integration.tasks.run_incoming",
  route: "integration.tasks.run_route",
  repair: "integration.tasks.repair_stuck_tasks",
  prune: "integration.tasks.prune_tasks",
} as const satisfies Record<string, keyof typeof integrationTasks>;

const processSchema = runSchema
  .extend({
    outcome: z
      .enum([...RUN_STATUSES, "PARTIAL"])
      .describe("The status; PARTIAL where it finished and some of its records did not. Its counts are `result`."),
  })
  .meta({ id: "IntegrationProcess" });

type Run = Awaited<ReturnType<typeof loadRuns>>[number];

/** That a run came to its end does not say that everything went well in it. */
function outcomeOf({ status, problemCount, result }: Run): z.output<typeof processSchema>["outcome"] {
  const counts = typeof result === "object" && result !== null ? (result as Readonly<Record<string, unknown>>) : {};
  const isWhole = problemCount === 0 && ["failed", "rejected", "retried"].every((name) => !counts[name]);
  return status === "FINISHED" && !isWhole ? "PARTIAL" : status;
}

/** The ledger, as far as it is the integration's: its log lines are at /api/v1/runs/{id}. */
export function addProcessRoutes(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/integration/processes",
    {
      schema: {
        summary: "Runs of the integration's jobs, newest first",
        tags: ["integration"],
        querystring: z.strictObject({
          job: z.enum(["incoming", "route", "repair", "prune"]).optional(),
          status: z.enum(RUN_STATUSES).optional(),
          schedule: z.string().max(200).optional().describe("Key of the schedule."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(processSchema) },
      },
    },
    async ({ query }) => {
      const page = await loadPage(
        query,
        z.object({ at: instant, id: z.uuid() }),
        ({ job, ...filter }, after, limit) => {
          const tasks = job === undefined ? Object.values(JOBS) : [JOBS[job]];
          return loadRuns(db, { ...filter, by: "created", tasks }, after && { olderThan: after }, limit);
        },
        ({ createdAt, id }) => ({ at: createdAt, id }),
      );
      return { ...page, items: page.items.map((run) => ({ ...run, outcome: outcomeOf(run) })) };
    },
  );
}
