import { nextDue } from "@drumline/core/scheduling";
import { POLICY_SCHEMAS } from "@drumline/core/task";
import { runSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
import { instant, seenVersion } from "../http/wire.ts";
import { startedResponse } from "../runs/started-run.ts";
import { requireSchedule, scheduleParams } from "./schedule-view.ts";

/** What a schedule would do next, and doing it now. */
export function addScheduleRunRoutes(app: Api, parts: ApiParts): void {
  const { db, queues: backend, deduplicate, tasks } = parts;

  app.get(
    "/api/v1/schedules/:id/next",
    {
      schema: {
        summary: "Its next occurrences",
        description: "As if it were enabled and not paused.",
        tags: ["schedules"],
        params: scheduleParams,
        querystring: z.strictObject(pageQuery({ limit: 5, most: 50 })),
        response: {
          200: pageOf(z.object({ dueAt: instant })).extend({ timezone: z.string().nullable(), enabled: z.boolean() }),
          404: problemSchema,
        },
      },
    },
    async ({ params: { id }, query }) => {
      const { trigger, anchorAt, enabled } = await requireSchedule(parts, id);
      const page = await loadPage(
        query,
        instant,
        async (_filter, after, limit) => {
          const items: { dueAt: Date }[] = [];
          let dueAt = nextDue(trigger, after ?? parts.clock.now(), anchorAt);
          for (; dueAt !== null && items.length < limit; dueAt = nextDue(trigger, dueAt, anchorAt))
            items.push({ dueAt });
          return items;
        },
        ({ dueAt }) => dueAt,
      );
      return { ...page, timezone: trigger.kind === "crontab" ? trigger.timezone : null, enabled };
    },
  );

  for (const [word, dryRun, summary] of [
    ["run", false, "Run it once, now"],
    ["dry-run", true, "Run it once, now, saying what it would do and doing nothing"],
  ] as const) {
    app.post(
      `/api/v1/schedules/:id/${word}`,
      {
        config: { access: "operator" },
        schema: {
          summary,
          description:
            "With its own arguments and policies, also while it is disabled or paused; its clock does not move. GET /api/v1/runs/{runId} tells how it goes.",
          tags: ["schedules"],
          params: scheduleParams,
          body: z
            .strictObject({
              limit: z
                .int()
                .min(1)
                .max(2_147_483_647)
                .optional()
                .describe("Records it may take, instead of recordLimit."),
              priority: POLICY_SCHEMAS.priority.optional().describe("Instead of the schedule's own; 0 is first."),
              version: seenVersion,
            })
            .nullish(),
          response: startedResponse,
        },
      },
      async (request, reply) => {
        const { kind, runId } = await runSchedule({ db, backend, deduplicate, tasks }, request.params.id, {
          dryRun,
          who: whoAsks(request),
          runId: request.reservation?.id,
          limit: request.body?.limit,
          priority: request.body?.priority,
          version: request.body?.version,
        });
        const started = kind === "started";
        return reply
          .status(started ? 202 : 200)
          .header("location", `/api/v1/runs/${runId}`)
          .send({ runId, started });
      },
    );
  }
}
