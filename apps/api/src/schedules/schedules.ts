import { createSchedule, deleteSchedule, loadSchedulePage, SCHEDULE_STATES, updateSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
import { seenVersion, versionSchema } from "../http/wire.ts";
import { changeContext } from "./change-context.ts";
import { newScheduleSchema, schedulePatchSchema } from "./schedule-body.ts";
import { loadLastRuns } from "./last-runs.sql.ts";
import {
  requireSchedule,
  scheduleDetailSchema,
  scheduleParams,
  scheduleSchema,
  toScheduleDetail,
  toScheduleView,
} from "./schedule-view.ts";

const BODY_LIMIT_BYTES = 64 * 1024;
const problems = { 404: problemSchema, 409: problemSchema, 422: problemSchema };

/** List, create, read, update and delete; a beat notices each within seconds. */
export function addScheduleRoutes(app: Api, parts: ApiParts): void {
  const { db, clock, tasks } = parts;
  const tasksOf = (queue: string | undefined) =>
    queue === undefined ? undefined : tasks.filter((task) => task.queue === queue).map(({ name }) => name);

  app.get(
    "/api/v1/schedules",
    {
      schema: {
        summary: "Schedules by key, each with its next occurrence and its last one",
        tags: ["schedules"],
        querystring: z.strictObject({
          q: z.string().max(200).optional().describe("Part of the key, the name, the task or the description."),
          task: z.string().max(200).optional().describe("Wire name of the task."),
          source: z.enum(["ENV", "API"]).optional(),
          enabled: z.stringbool().optional(),
          state: z
            .enum(SCHEDULE_STATES)
            .optional()
            .describe(
              "`on` falls due; `paused` falls due and is skipped; `stuck` is switched on and does not run, and disabledReason says why; `off` is switched off.",
            ),
          queue: z.string().max(50).optional().describe("Of tasks of this queue, which is their area."),
          ...pageQuery({ limit: 100, most: 200 }),
        }),
        response: { 200: pageOf(scheduleSchema) },
      },
    },
    async ({ query }) => {
      const page = await loadPage(
        query,
        z.string(),
        ({ q, queue, ...filter }, after, limit) =>
          loadSchedulePage(db, { ...filter, search: q, tasks: tasksOf(queue) }, after, limit),
        ({ key }) => key,
      );
      const ids = page.items.map(({ id }) => id);
      const lastRuns = await loadLastRuns(db, ids);
      const now = clock.now();
      return { ...page, items: page.items.map((row) => toScheduleView(row, lastRuns.get(row.id), now)) };
    },
  );

  app.post(
    "/api/v1/schedules",
    {
      config: { access: "admin" },
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: "A new schedule",
        description: "Counts from now: a new interval waits one interval. Beats take it up within seconds.",
        tags: ["schedules"],
        body: newScheduleSchema,
        response: { 201: scheduleDetailSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const { key = null, ...patch } = request.body;
      const created = await createSchedule(changeContext(parts, request), key, patch, request.reservation?.id);
      return reply
        .status(201)
        .header("location", `/api/v1/schedules/${created.id}`)
        .send(await toScheduleDetail(parts, created));
    },
  );

  app.get(
    "/api/v1/schedules/:id",
    {
      schema: {
        summary: "One schedule",
        tags: ["schedules"],
        params: scheduleParams,
        response: { 200: scheduleDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => toScheduleDetail(parts, await requireSchedule(parts, id)),
  );

  app.patch(
    "/api/v1/schedules/:id",
    {
      config: { access: "admin" },
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: "Change a schedule of source API",
        description: "What is left out stays. A new crontab, interval or zone counts from now.",
        tags: ["schedules"],
        params: scheduleParams,
        body: schedulePatchSchema,
        response: { 200: scheduleDetailSchema, ...problems },
      },
    },
    async (request) => {
      const { version, ...patch } = request.body;
      const context = changeContext(parts, request);
      return toScheduleDetail(parts, await updateSchedule(context, request.params.id, patch, { version }));
    },
  );

  app.delete(
    "/api/v1/schedules/:id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Delete a schedule of source API",
        description: "Its runs and its changes stay, readable under its key; the key is free for another schedule.",
        tags: ["schedules"],
        params: scheduleParams,
        querystring: z.strictObject({
          version: z.coerce.number().pipe(versionSchema).optional().describe(seenVersion.description!),
        }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await deleteSchedule(changeContext(parts, request), request.params.id, request.query);
      return reply.status(204).send(null);
    },
  );
}
