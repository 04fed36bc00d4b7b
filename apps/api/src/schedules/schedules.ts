import { loadSchedulePage } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadLastRuns } from "./last-runs.sql.ts";
import { scheduleSchema, toScheduleView } from "./schedule-view.ts";
import { problemSchema } from "../http/problem.ts";

export function addSchedulesRoute(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/schedules",
    {
      schema: {
        summary: "Schedules by key, each with its next occurrence and its last one",
        tags: ["schedules"],
        querystring: z.strictObject({
          q: z.string().max(200).optional().describe("Part of the key, the task or the description."),
          task: z.string().max(200).optional().describe("Wire name of the task."),
          source: z.enum(["ENV", "API"]).optional(),
          enabled: z.stringbool().optional(),
          limit: z.coerce.number().int().min(1).max(200).default(100),
          cursor: z.string().max(200).optional().describe("`next` of the page before."),
        }),
        response: {
          200: z.object({
            items: z.array(scheduleSchema),
            next: z.string().nullable().describe("Null on the last page."),
          }),
          400: problemSchema,
        },
      },
    },
    async ({ query: { q: search, cursor = null, limit, ...filter } }) => {
      const rows = await loadSchedulePage(db, { ...filter, search }, cursor, limit + 1);
      const page = rows.slice(0, limit);
      const lastRuns = await loadLastRuns(
        db,
        page.map(({ id }) => id),
      );
      const now = clock.now();
      return {
        items: page.map((schedule) => toScheduleView(schedule, lastRuns.get(schedule.id), now)),
        next: rows.length > limit ? page.at(-1)!.key : null,
      };
    },
  );
}
