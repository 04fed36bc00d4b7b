import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { checkHealth } from "../health/check-health.ts";
import { toEventLoopDelay } from "../health/event-loop.ts";
import { processShape, toProcessView } from "../health/process-view.ts";
import { pageOf } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";

const processSchema = z
  .object({
    ...processShape,
    eventLoopP99Ms: z.number().nullable().describe("How long its event loop was held, over the last minute."),
  })
  .meta({ id: "Process" });

/** Beats, workers and apis that have been heard of. */
export function addProcessesRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/processes",
    {
      schema: {
        summary: "The processes and how long each has been silent",
        tags: ["health"],
        response: { 200: pageOf(processSchema), 503: problemSchema },
      },
    },
    async () => {
      const { facts } = await checkHealth(parts);
      if (facts === null) throw new HttpProblem(503, "The database does not answer; see /health/ready.");
      const items = facts.processes.map((process) => ({
        ...toProcessView(process),
        eventLoopP99Ms: toEventLoopDelay(process.info)?.minuteP99Ms ?? null,
      }));
      return { items, nextCursor: null };
    },
  );
}
