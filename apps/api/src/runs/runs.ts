import { cancelRun, loadChunks, loadRun, loadRunLog, loadRuns, RUN_STATUSES } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { runSchema } from "./run-view.ts";

const MOST_LINES = 1_000;
const MOST_CHUNKS = 1_000;

const runDetailSchema = runSchema
  .extend({
    args: z.unknown(),
    problems: z.unknown().describe("The first records that failed, with the error of each."),
    log: z
      .array(z.object({ at: instant, level: z.string(), message: z.string(), fields: z.unknown() }))
      .describe(`The newest ${MOST_LINES} lines, oldest first.`),
    chunks: z.array(runSchema).describe("The runs that share this one's work."),
  })
  .meta({ id: "RunDetail" });

const runParams = z.object({ id: z.uuid() });
const positionSchema = z.object({ createdAt: instant, id: z.uuid() });

export function addRunRoutes(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/runs",
    {
      schema: {
        summary: "Runs, newest first",
        tags: ["runs"],
        querystring: z.strictObject({
          task: z.string().max(200).optional().describe("Wire name of the task."),
          status: z.enum(RUN_STATUSES).optional(),
          schedule: z.string().max(200).optional().describe("Key of the schedule."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(runSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        positionSchema,
        (filter, after, limit) => loadRuns(db, filter, after, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      ),
  );

  app.get(
    "/api/v1/runs/:id",
    {
      schema: {
        summary: "One run with its log lines and chunks",
        tags: ["runs"],
        params: runParams,
        response: { 200: runDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const [run, log, chunks] = await Promise.all([
        loadRun(db, id),
        loadRunLog(db, id, MOST_LINES),
        loadChunks(db, id, MOST_CHUNKS),
      ]);
      if (run === null) throw new HttpProblem(404, `There is no run ${id}; runs are kept for LEDGER_RETENTION_DAYS.`);
      return { ...run, log, chunks };
    },
  );

  app.post(
    "/api/v1/runs/:id/cancel",
    {
      config: { access: "operator" },
      schema: {
        summary: "Cancel a run, and the runs that share its work",
        description:
          "A run that waits ends at once. One that is under way is told to stop, ends CANCELLED at its next safe point, and keeps what it has done.",
        tags: ["runs"],
        params: runParams,
        response: {
          202: z.object({ ended: z.int(), told: z.int().describe("Runs under way that were told to stop.") }),
          404: problemSchema,
          409: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { ended, told } = await cancelRun(db, id, whoAsks(request));
      if (ended + told > 0) return reply.status(202).send({ ended, told });
      const run = await loadRun(db, id);
      if (run === null) throw new HttpProblem(404, `There is no run ${id}.`);
      throw new HttpProblem(409, `The run ${id} has ended already: ${run.status}.`, { code: "RUN_HAS_ENDED" });
    },
  );
}
