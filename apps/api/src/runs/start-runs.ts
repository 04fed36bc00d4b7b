import { closestName } from "@drumline/core/errors";
import { type JsonObject, POLICY_SCHEMAS } from "@drumline/core/task";
import { RefusedRetry, retryRun, type StartAnswer, startRuns } from "@drumline/engine";
import type { FastifyReply } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem } from "../http/problem.ts";
import { startedResponse } from "./started-run.ts";

const BODY_LIMIT_BYTES = 64 * 1024;

/** Runs that no schedule is asked for: of any task, and of what a run that has ended was to do. */
export function addStartRunRoutes(app: Api, { db, queues: backend, deduplicate, tasks }: ApiParts): void {
  const databases = { db, backend, deduplicate };

  app.post(
    "/api/v1/runs",
    {
      config: { access: "operator" },
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: "Run a task once, now, with these arguments",
        description:
          "Also a task that has no schedule; no schedule's clock moves. GET /api/v1/runs/{runId} tells how it goes.",
        tags: ["runs"],
        body: z.strictObject({
          task: z.string().min(1).max(200).describe("Wire name of an implemented task; GET /api/v1/tasks lists them."),
          args: z
            .record(z.string(), z.unknown())
            .transform((args) => args as JsonObject)
            .optional()
            .describe("As the task's own JSON Schema says; {} when left out."),
          dryRun: z.boolean().optional().describe("Say what it would do, and do nothing."),
          limit: z.int().min(1).max(2_147_483_647).optional().describe("Records it may take."),
          priority: POLICY_SCHEMAS.priority.optional().describe("Instead of the task's own; 0 is first."),
        }),
        response: startedResponse,
      },
    },
    async (request, reply) => {
      const { task, args = {}, dryRun = false, limit, priority } = request.body;
      const [answer] = await startRuns(databases, [
        {
          id: request.reservation?.id,
          definition: requireBuiltTask(task),
          args,
          dryRun,
          requestedBy: whoAsks(request),
          ...(limit === undefined ? {} : { limit }),
          ...(priority === undefined ? {} : { policies: { priority } }),
        },
      ]);
      return answerStarted(reply, answer!);
    },
  );

  app.post(
    "/api/v1/runs/:id/retry",
    {
      config: { access: "operator" },
      schema: {
        summary: "Do once more what a run that has ended was to do",
        description:
          "As a run of its own with the same task, arguments, policies and mode; the first stays as it ended, and no schedule's clock moves.",
        tags: ["runs"],
        params: z.object({ id: z.uuid() }),
        response: startedResponse,
      },
    },
    async (request, reply) => {
      const wish = { who: whoAsks(request), runId: request.reservation?.id };
      return answerStarted(reply, await retryRun({ ...databases, tasks }, request.params.id, wish));
    },
  );

  function requireBuiltTask(name: string) {
    const definition = tasks.find((task) => task.name === name);
    if (definition?.built === true) return definition;
    const built = tasks.filter((task) => task.built).map((task) => task.name);
    const meant = closestName(name, built);
    const problem =
      definition === undefined
        ? `there is no task "${name}"${meant === null ? "" : `; did you mean ${meant}?`}`
        : `${name} is in the catalogue, but not implemented yet: no worker can run it`;
    throw new HttpProblem(422, "This cannot be run.", {
      code: "UNKNOWN_TASK",
      errors: [{ where: "body.task", problem }],
    });
  }
}

function answerStarted(reply: FastifyReply, { kind, runId }: StartAnswer) {
  const started = kind === "started";
  return reply
    .status(started ? 202 : 200)
    .header("location", `/api/v1/runs/${runId}`)
    .send({ runId, started });
}

/** The answer to a run that cannot be run again; null for every other error. */
export function toRetryProblem(error: unknown): HttpProblem | null {
  if (!(error instanceof RefusedRetry)) return null;
  return new HttpProblem(error.reason === "NO_SUCH_RUN" ? 404 : 409, error.message, { code: error.reason });
}
