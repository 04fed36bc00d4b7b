import { pauseSchedule, resumeSchedule, switchSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { problemSchema } from "../http/problem.ts";
import { instant, seenSchema, seenVersion } from "../http/wire.ts";
import { changeContext } from "./change-context.ts";
import { lineOfText } from "./schedule-body.ts";
import { scheduleDetailSchema, scheduleParams, toScheduleDetail } from "./schedule-view.ts";

const response = {
  200: scheduleDetailSchema,
  404: problemSchema,
  409: problemSchema,
  422: problemSchema,
};
const common = { tags: ["schedules"], params: scheduleParams, response };

/** On and off, which is for admins; pause and resume, which is for operators and good for ENV schedules too. */
export function addScheduleSwitchRoutes(app: Api, parts: ApiParts): void {
  for (const [word, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const) {
    const summary = enabled ? "Switch a schedule on: it counts from now" : "Switch a schedule off: nothing falls due";
    app.post(
      `/api/v1/schedules/:id/${word}`,
      { config: { access: "admin" }, schema: { ...common, summary, body: seenSchema } },
      async (request) => {
        const context = changeContext(parts, request);
        return toScheduleDetail(parts, await switchSchedule(context, request.params.id, enabled, request.body ?? {}));
      },
    );
  }

  app.post(
    "/api/v1/schedules/:id/pause",
    {
      config: { access: "operator" },
      schema: {
        ...common,
        summary: "Let occurrences pass, each recorded as skipped with the reason",
        body: z.strictObject({
          reason: lineOfText.min(1),
          until: instant.nullish().describe("Until somebody resumes it when left out."),
          version: seenVersion,
        }),
      },
    },
    async (request) => {
      const { reason, until, version } = request.body;
      const context = changeContext(parts, request);
      return toScheduleDetail(
        parts,
        await pauseSchedule(context, request.params.id, { reason, until: until ?? null }, { version }),
      );
    },
  );

  app.post(
    "/api/v1/schedules/:id/resume",
    { config: { access: "operator" }, schema: { ...common, summary: "End a pause", body: seenSchema } },
    async (request) => {
      const context = changeContext(parts, request);
      return toScheduleDetail(parts, await resumeSchedule(context, request.params.id, request.body ?? {}));
    },
  );
}
