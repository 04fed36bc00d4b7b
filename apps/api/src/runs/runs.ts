import {
  cancelRun,
  loadChunks,
  loadRun,
  loadRunLog,
  loadRunLogAfter,
  loadRuns,
  RunChanged,
  runCursorOf,
  type RunRow,
} from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPageBothWays, pageBothWaysOf } from "../http/page-both-ways.ts";
import { pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { quickRead } from "../http/quick-read.ts";
import { rowId, seenSchema } from "../http/wire.ts";
import { refuseHiddenSearch, runFilterShape, toRunFilter } from "./run-query.ts";
import { logLineSchema, runSchema } from "./run-view.ts";

const MOST_LINES = 1_000;
const MOST_CHUNKS = 1_000;

const runDetailSchema = runSchema
  .extend({
    version: z
      .int()
      .describe("Another one once a worker took it up, gave it back or ended it, or it was told to stop."),
    args: z.unknown(),
    problems: z.unknown().describe("The first records that failed, with the error of each."),
    log: z.array(logLineSchema).describe(`The newest ${MOST_LINES} lines, oldest first.`),
    chunks: z.array(runSchema).describe("The runs that share this one's work."),
  })
  .meta({ id: "RunDetail" });

const runParams = z.object({ id: z.uuid() });

export function addRunRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/runs",
    {
      schema: {
        summary: "Runs, newest first",
        description:
          "By their end where only states of ended runs are asked for, else by when they were created; `by` says otherwise. Arguments, problems and log lines are those of GET /api/v1/runs/{id}; a long result is `{cut: bytes}` here.",
        tags: ["runs"],
        querystring: z.strictObject({ ...runFilterShape, ...pageQuery({ limit: 50, most: 200 }) }),
        response: { 200: pageBothWaysOf(runSchema), 403: problemSchema },
      },
    },
    async (request) => {
      const { query } = request;
      refuseHiddenSearch(request, query);
      const now = clock.now();
      return loadPageBothWays(
        query,
        (filter, start, limit) => quickRead(db, (tx) => loadRuns(tx, toRunFilter(filter, now), start, limit, now)),
        (run: RunRow) => runCursorOf(toRunFilter(query, now), run),
      );
    },
  );

  app.get(
    "/api/v1/runs/:id/log",
    {
      schema: {
        summary: "Log lines of a run after one of them, oldest first",
        description: "Ask again with `lastId` while the run is under way.",
        tags: ["runs"],
        params: runParams,
        querystring: z.strictObject({
          after: rowId.default(0n).describe("`lastId` of the answer before; 0 for the first line."),
          level: z.string().max(20).optional(),
          limit: z.coerce.number().int().min(1).max(5_000).default(MOST_LINES),
        }),
        response: {
          200: z.object({
            items: z.array(logLineSchema),
            lastId: z.string().describe("Where to go on: of the last line, or what was asked with."),
            hasMore: z.boolean().describe("More lines are there already."),
            ended: z.boolean().describe("The run has ended: no further lines come."),
          }),
          404: problemSchema,
        },
      },
    },
    async ({ params: { id }, query: { after, limit, level } }) => {
      // Whether it has ended first: it may end, with its last lines, between the two.
      const run = await db.run.findUnique({ where: { id }, select: { finishedAt: true } });
      if (run === null) throw noSuchRun(id);
      const lines = await loadRunLogAfter(db, id, { after, level }, limit + 1);
      const items = lines.slice(0, limit);
      return {
        items,
        lastId: items.at(-1)?.id ?? String(after),
        hasMore: lines.length > limit,
        ended: run.finishedAt !== null,
      };
    },
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
      if (run === null) throw noSuchRun(id);
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
        body: seenSchema,
        response: {
          202: z.object({ ended: z.int(), told: z.int().describe("Runs under way that were told to stop.") }),
          404: problemSchema,
          409: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { ended, told } = await cancelRun(db, id, whoAsks(request), request.body?.version).catch(refuseChanged);
      if (ended + told > 0) return reply.status(202).send({ ended, told });
      const run = await loadRun(db, id);
      if (run === null) throw new HttpProblem(404, `There is no run ${id}.`);
      throw new HttpProblem(409, `The run ${id} has ended already: ${run.status}.`, { code: "RUN_HAS_ENDED" });
    },
  );
}

function refuseChanged(error: unknown): never {
  if (!(error instanceof RunChanged)) throw error;
  const { code, message, currentVersion } = error;
  throw new HttpProblem(409, message, { code, currentVersion });
}

const noSuchRun = (id: string): HttpProblem =>
  new HttpProblem(404, `There is no run ${id}; runs are kept for LEDGER_RETENTION_DAYS.`);
