import {
  closeWindow,
  createWindow,
  endWindow,
  loadPastPeriods,
  loadWindow,
  loadWindowChanges,
  loadWindows,
  type MaintenancePeriod,
  type MaintenanceWindow,
  NoSuchWindow,
  updateWindow,
} from "@drumline/engine";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";
import {
  newWindowSchema,
  periodSchema,
  seenWindowSchema,
  windowDetailSchema,
  windowPatchSchema,
  windowSchema,
} from "./window-view.ts";

const MOST_CHANGES = 100;
const problems = { 404: problemSchema, 409: problemSchema, 422: problemSchema };
const params = z.object({ id: z.uuid() });

/** Times in which runs wait: made, changed, ended early and closed by operators, and their history. */
export function addMaintenanceRoutes(app: Api, parts: ApiParts): void {
  const { db, clock } = parts;
  const contextOf = (request: FastifyRequest) => ({ db, clock, who: whoAsks(request) });
  const toDetail = async (window: MaintenanceWindow) => ({
    ...toView(window),
    changes: await loadWindowChanges(db, window.id, MOST_CHANGES),
  });
  const common = { tags: ["maintenance"], params };

  app.get(
    "/api/v1/maintenance-windows",
    {
      schema: {
        summary: "Maintenance windows, newest first",
        tags: ["maintenance"],
        querystring: z.strictObject({
          open: z.stringbool().optional().describe("Only those in force or to come, or only those that are over."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(windowSchema) },
      },
    },
    async ({ query }) => {
      const page = await loadPage(
        query,
        z.object({ createdAt: instant, id: z.uuid() }),
        (filter, after, limit) => loadWindows(db, filter, after, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      );
      return { ...page, items: page.items.map(toView) };
    },
  );

  app.post(
    "/api/v1/maintenance-windows",
    {
      config: { access: "operator" },
      schema: {
        summary: "Let runs wait for a while, once or again and again",
        description:
          "From its start on no worker takes up a run that it holds: runs stay SCHEDULED with the reason MAINTENANCE, also those started by hand; runs under way go on to their end. Afterwards they go on in the order of their priority.",
        tags: ["maintenance"],
        body: newWindowSchema,
        response: { 201: windowDetailSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const made = await createWindow(contextOf(request), request.body, request.reservation?.id);
      return reply
        .status(201)
        .header("location", `/api/v1/maintenance-windows/${made.id}`)
        .send(await toDetail(made));
    },
  );

  app.get(
    "/api/v1/maintenance-windows/:id",
    {
      schema: {
        ...common,
        summary: "One maintenance window, with who changed it and why",
        response: { 200: windowDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const window = await loadWindow(db, id);
      if (window === null) throw new NoSuchWindow(id);
      return toDetail(window);
    },
  );

  app.patch(
    "/api/v1/maintenance-windows/:id",
    {
      config: { access: "operator" },
      schema: {
        ...common,
        summary: "Change a maintenance window",
        description:
          "What is left out stays. What is in force takes over whom it holds, and of a one-off window its end.",
        body: windowPatchSchema,
        response: { 200: windowDetailSchema, ...problems },
      },
    },
    async (request) => {
      const { why, version, ...patch } = request.body;
      return toDetail(await updateWindow(contextOf(request), request.params.id, patch, { why, version }));
    },
  );

  for (const [word, act, summary] of [
    ["end", endWindow, "End what is in force of it now; the next times of a recurring window come all the same"],
    ["close", closeWindow, "End it for good; its history stays"],
  ] as const) {
    app.post(
      `/api/v1/maintenance-windows/:id/${word}`,
      {
        config: { access: "operator" },
        schema: { ...common, summary, body: seenWindowSchema, response: { 200: windowDetailSchema, ...problems } },
      },
      async (request) => toDetail(await act(contextOf(request), request.params.id, request.body)),
    );
  }

  app.get(
    "/api/v1/maintenance-periods",
    {
      schema: {
        summary: "When maintenance windows were in force, newest first",
        tags: ["maintenance"],
        querystring: z.strictObject({
          window: z.uuid().optional().describe("Id of a window."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(periodSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        z.object({ startsAt: instant, id: rowId }),
        ({ window = null }, after, limit) => loadPastPeriods(db, window, after, limit),
        ({ startsAt, id }: MaintenancePeriod) => ({ startsAt, id }),
      ),
  );
}

function toView({ timing, inForceUntil, nextStarts, queues, schedules, ...window }: MaintenanceWindow) {
  const once = timing.kind === "once" ? timing : null;
  const recurring = timing.kind === "recurring" ? timing : null;
  const isPlanned = nextStarts.length > 0;
  return {
    ...window,
    inForceUntil,
    nextStarts: [...nextStarts],
    queues: [...queues],
    schedules: [...schedules],
    state: inForceUntil !== null ? ("IN_FORCE" as const) : isPlanned ? ("PLANNED" as const) : ("OVER" as const),
    startsAt: once?.startsAt ?? null,
    endsAt: once?.endsAt ?? null,
    crontab: recurring?.crontab ?? null,
    timezone: recurring?.timezone ?? null,
    durationMs: recurring?.durationMs ?? null,
  };
}
