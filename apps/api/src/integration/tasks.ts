import { recordAuditEvents } from "@drumline/audit/audit-events";
import { changeTasks, TASK_ACTIONS } from "@drumline/integration/commands";
import { countTasks, loadTask, loadTasks, MOST_COUNTED, TASK_STATUSES } from "@drumline/integration/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { auditOf } from "../auth/audit-of.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const taskSchema = z
  .object({
    id: rowId,
    route: z.string(),
    entity: z.string().describe("Its key; tasks of one entity are sent in order."),
    status: z.enum(TASK_STATUSES),
    isHead: z.boolean().describe("It is its turn, or it holds the others of its entity up."),
    attempts: z.int(),
    payloadBytes: z.int(),
    reason: z.string().nullable(),
    nextAt: instant.nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: "IntegrationTask" });

const taskDetailSchema = taskSchema
  .extend({
    payload: z.unknown().describe("The record as it came; null where it could not be kept."),
    payloadHash: z.string(),
    importLog: z.unknown(),
    exportLog: z.unknown(),
  })
  .meta({ id: "IntegrationTaskDetail" });

const filter = {
  route: z.string().max(100).optional().describe("Identifier."),
  status: z.enum(TASK_STATUSES).optional(),
  entity: z.string().max(500).optional(),
};

const changeBody = z
  .strictObject({ ids: z.array(rowId).min(1).max(1_000).optional(), ...filter })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: "say which: ids, route, status or entity",
  });

const DESCRIPTIONS = {
  retry:
    "FAILED, SKIPPED and RETRY are NEW again, with all attempts; not where a later version of the entity was taken.",
  skip: "NEW, RETRY and FAILED are not sent; the next of the entity is.",
  delete: "Whatever is not being worked on.",
} as const;

export function addIntegrationTaskRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/integration/tasks",
    {
      schema: {
        summary: "Tasks of the integration, newest first",
        tags: ["integration"],
        querystring: z.strictObject({ ...filter, ...pageQuery({ limit: 100, most: 500 }) }),
        response: { 200: pageOf(taskSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        rowId,
        (wanted, before, limit) => loadTasks(db, wanted, before, limit),
        ({ id }) => id,
      ),
  );

  app.get(
    "/api/v1/integration/task-counts",
    {
      schema: {
        summary: "How many tasks of each route are in each status",
        tags: ["integration"],
        response: {
          200: pageOf(
            z
              .object({
                route: z.string(),
                status: z.enum(TASK_STATUSES),
                count: z.int().describe(`${MOST_COUNTED} stands for any number from there on.`),
              })
              .meta({ id: "IntegrationTaskCount" }),
          ),
        },
      },
    },
    async () => ({ items: await countTasks(db), nextCursor: null }),
  );

  app.get(
    "/api/v1/integration/tasks/:id",
    {
      schema: {
        summary: "One task with its record, where it came from and what became of each attempt",
        tags: ["integration"],
        params: z.strictObject({ id: rowId }),
        response: { 200: taskDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const task = await loadTask(db, id);
      if (task === null) throw new HttpProblem(404, `There is no task ${id}.`);
      return task;
    },
  );

  for (const action of TASK_ACTIONS)
    app.post(
      `/api/v1/integration/tasks/${action}`,
      {
        config: { access: "operator" },
        schema: {
          summary: `${action[0]!.toUpperCase()}${action.slice(1)} tasks, by ids or by filter`,
          description: `${DESCRIPTIONS[action]} Ten thousand at most; ask again while there are more.`,
          tags: ["integration"],
          body: changeBody,
          response: { 200: z.object({ changed: z.int(), hasMore: z.boolean() }) },
        },
      },
      async (request) => {
        const { ids, ...rest } = request.body;
        const asked = { ...rest, ...(ids === undefined ? {} : { ids: ids.map(String) }) };
        return await changeTasks(db, action, request.body, {
          by: whoAsks(request),
          at: clock.now(),
          record: (tx, changed) =>
            recordAuditEvents(tx, [auditOf(request, clock, "integration_task", action, { action, ...asked, changed })]),
        });
      },
    );
}
