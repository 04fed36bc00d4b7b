import { SECOND_MS } from "@drumline/core/clock";
import { countRuns, loadFailures, type RunCount } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { quickRead } from "../http/quick-read.ts";
import { instant } from "../http/wire.ts";
import { keepFor } from "../http/keep-for.ts";
import { refuseHiddenSearch, type RunQuery, runFilterShape, toRunFilter } from "./run-query.ts";

const countSchema = z
  .object({
    count: z.int(),
    kind: z
      .enum(["exact", "atLeast", "estimated"])
      .describe("`atLeast`: the count stopped there; `estimated`: as PostgreSQL's statistics have it."),
  })
  .meta({ id: "RunCount" });

const failureSchema = z
  .object({
    fingerprint: z.string().describe("Of task, code and message without its numbers; a filter of GET /api/v1/runs."),
    task: z.string(),
    code: z.string().nullable(),
    message: z.string().describe("Of the latest of them."),
    runs: z.int(),
    schedules: z.array(z.string()).readonly().describe("Their keys, ten at most."),
    scheduleCount: z.int(),
    firstAt: instant,
    lastAt: instant,
    lastRunId: z.string(),
  })
  .meta({ id: "FailureGroup" });

const KEPT_MS = SECOND_MS;
/** A count that stopped, or was estimated, is of very many: ten seconds change it by little. */
const KEPT_OF_MANY_MS = 10 * SECOND_MS;

/** How many runs there are, and of what they fail; apart from the list, which must not wait for either. */
export function addRunCountRoutes(app: Api, { db, clock }: ApiParts): void {
  const counts = keepFor<RunQuery, RunCount>(
    clock,
    { freshMs: ({ kind }) => (kind === "exact" ? KEPT_MS : KEPT_OF_MANY_MS) },
    (query) => {
      const now = clock.now();
      return quickRead(db, (tx) => countRuns(tx, toRunFilter(query, now), now));
    },
  );

  app.get(
    "/api/v1/runs/count",
    {
      schema: {
        summary: "How many runs a filter has",
        description:
          "Exact within 24 hours, up to 10,000 beyond them, an estimate of all. Kept for a second; for ten where it is not exact.",
        tags: ["runs"],
        querystring: z.strictObject(runFilterShape),
        response: { 200: countSchema },
      },
    },
    (request) => {
      refuseHiddenSearch(request, request.query);
      return counts(request.query);
    },
  );

  app.get(
    "/api/v1/runs/failures",
    {
      schema: {
        summary: "Failures by their cause, the cause of the most runs first",
        description: "Of the newest 20,000 runs that failed or timed out within the time, by when they ended.",
        tags: ["runs"],
        querystring: z.strictObject({
          task: runFilterShape.task,
          schedule: runFilterShape.schedule,
          queue: runFilterShape.queue,
          error: runFilterShape.error,
          from: runFilterShape.from.default("24h"),
          to: runFilterShape.to,
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ items: z.array(failureSchema) }) },
      },
    },
    async (request) => {
      const { limit, ...query } = request.query;
      refuseHiddenSearch(request, query);
      const now = clock.now();
      return { items: await quickRead(db, (tx) => loadFailures(tx, toRunFilter(query, now), now, limit)) };
    },
  );
}
