import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../problem.ts";
import { runSchema, toRunView } from "../runs/run-view.ts";
import { loadChunks, loadRun, loadRunLog } from "@drumline/engine";

const MOST_LINES = 1_000;
const MOST_CHUNKS = 1_000;

const runDetailSchema = runSchema
  .extend({
    args: z.unknown(),
    problems: z.unknown().describe("The first records that failed, with the error of each."),
    log: z
      .array(z.object({ at: z.string(), level: z.string(), message: z.string(), fields: z.unknown() }))
      .describe(`The newest ${MOST_LINES} lines, oldest first.`),
    chunks: z.array(runSchema).describe("The runs that share this one's work."),
  })
  .meta({ id: "RunDetail" });

export function addRunRoute(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/runs/:id",
    {
      schema: {
        summary: "One run with its log lines and chunks",
        tags: ["runs"],
        params: z.object({ id: z.uuid() }),
        response: { 200: runDetailSchema, 400: problemSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const [run, log, chunks] = await Promise.all([
        loadRun(db, id),
        loadRunLog(db, id, MOST_LINES),
        loadChunks(db, id, MOST_CHUNKS),
      ]);
      if (run === null) throw new HttpProblem(404, `There is no run ${id}; runs are kept for LEDGER_RETENTION_DAYS.`);
      const { args, problems, ...row } = run;
      return {
        ...toRunView(row),
        args,
        problems,
        log: log.map(({ at, ...line }) => ({ ...line, at: at.toISOString() })),
        chunks: chunks.map(toRunView),
      };
    },
  );
}
