import { backfillSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { problemSchema } from "../http/problem.ts";
import { instant, seenVersion } from "../http/wire.ts";
import { scheduleParams } from "./schedule-view.ts";

const startOfRange = instant.refine((at) => at.getUTCFullYear() >= 1970 && at.getUTCFullYear() <= 9999, {
  error: "expected a year from 1970 to 9999",
});

const backfillSchema = z
  .object({
    schedule: z.string(),
    until: instant.describe("The end of the range that was looked at; later occurrences are for beat to decide."),
    runs: z.array(z.object({ dueAt: instant, runId: z.string().nullable().describe("Null in a dry run.") })).readonly(),
    finished: z.int().describe("Occurrences that have a finished run already."),
    open: z.int().describe("Occurrences whose run waits or works."),
    nextFrom: instant.nullable().describe("Where to go on when there were more than `max`; null at the end."),
    ledgerSince: instant.nullable().describe("Set when older runs were deleted: they count as not run."),
  })
  .meta({ id: "Backfill" });

/** Making good what a schedule did not run. */
export function addScheduleBackfillRoute(app: Api, parts: ApiParts): void {
  const { db, queues: backend, tasks, clock } = parts;
  app.post(
    "/api/v1/schedules/:id/backfill",
    {
      config: { access: "operator" },
      schema: {
        summary: "Run the occurrences of a range that never ran",
        description:
          "One run per occurrence without a finished or open one, its clock at the instant that was due; one after another unless the overlap policy is `allow`. The schedule's clock does not move, and a second call adds nothing that is there.",
        tags: ["schedules"],
        params: scheduleParams,
        body: z.strictObject({
          from: startOfRange.describe("ISO 8601 with offset; part of the range."),
          to: startOfRange.describe("Part of the range; not in the future."),
          max: z.int().min(1).max(10_000).default(100).describe("Runs created at most, the oldest first."),
          dryRun: z.boolean().default(false).describe("Say which runs would be created, and create none."),
          version: seenVersion,
        }),
        response: {
          200: backfillSchema,
          202: backfillSchema,
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const context = { db, backend, tasks, now: clock.now() };
      const done = await backfillSchedule(context, request.params.id, { ...request.body, who: whoAsks(request) });
      return reply.status(request.body.dryRun ? 200 : 202).send(done);
    },
  );
}
