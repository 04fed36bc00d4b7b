import { loadRuns, RUN_STATUSES } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { problemSchema } from "../http/problem.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { runSchema, toRunView } from "./run-view.ts";

export function addRunsRoute(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/runs",
    {
      schema: {
        summary: "Runs, newest first",
        description: "Pages by position and not by number, so that rows that come in meanwhile shift nothing.",
        tags: ["runs"],
        querystring: z.strictObject({
          task: z.string().max(200).optional().describe("Wire name of the task."),
          status: z.enum(RUN_STATUSES).optional(),
          schedule: z.string().max(200).optional().describe("Key of the schedule."),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(200).optional().describe("`next` of the page before."),
        }),
        response: {
          200: z.object({ items: z.array(runSchema), next: z.string().nullable().describe("Null on the last page.") }),
          400: problemSchema,
        },
      },
    },
    async ({ query: { cursor, limit, ...filter } }) => {
      const rows = await loadRuns(db, filter, cursor === undefined ? null : parseCursor(cursor), limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(toRunView),
        next: rows.length > limit && last !== undefined ? formatCursor(last) : null,
      };
    },
  );
}
