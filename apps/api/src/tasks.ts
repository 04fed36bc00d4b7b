import { defaultTrigger, formatTrigger } from "@drumline/core/scheduling";
import { policiesOf, POLICY_VIEW_SCHEMAS, type ScheduleEntry } from "@drumline/core/task";
import { z } from "zod";

import type { Api, ApiParts } from "./api.ts";
import { pageOf } from "./http/page.ts";

const taskSchema = z
  .object({
    name: z.string().describe("The wire name, such as oms.orders.tasks.get_orders_from_omnitron."),
    queue: z.string(),
    summary: z.string(),
    built: z.boolean().describe("False while its work is not written: listed, never run."),
    entry: z
      .object({
        key: z.string(),
        envKey: z.string(),
        trigger: z.string().describe("When it runs unless env keys say otherwise: `every 300s`, or five cron fields."),
      })
      .nullable()
      .describe("The schedule it is born with; null for tasks that only schedule rows start."),
    timeoutMs: POLICY_VIEW_SCHEMAS.timeoutMs,
    policies: z
      .object({ ...POLICY_VIEW_SCHEMAS, missed: POLICY_VIEW_SCHEMAS.missed.nullable() })
      .describe("Those of a schedule that says nothing else; missed is null where the trigger decides."),
    arguments: z.record(z.string(), z.unknown()).describe("JSON Schema of its arguments."),
  })
  .meta({ id: "Task" });

export function addTasksRoute(app: Api, { tasks }: ApiParts): void {
  app.get(
    "/api/v1/tasks",
    {
      schema: {
        summary: "Every task of the catalogue, on one page",
        tags: ["tasks"],
        querystring: z.strictObject({
          built: z.stringbool().optional().describe("true: only those that are implemented, and can be scheduled."),
        }),
        response: { 200: pageOf(taskSchema) },
      },
    },
    async ({ query }) => ({
      items: tasks
        .filter(({ built }) => query.built === undefined || query.built === built)
        .map((task) => ({
          ...task,
          entry: task.entry === null ? null : { ...task.entry, trigger: toDefaultText(task.entry) },
          timeoutMs: task.policies.timeoutMs,
          policies: policiesOf(task.policies),
          arguments: toJsonSchema(task.args),
        })),
      nextCursor: null,
    }),
  );
}

const toJsonSchema = (args: z.ZodType): Record<string, unknown> => ({
  ...z.toJSONSchema(args, { io: "input", unrepresentable: "any" }),
});

// The zone changes nothing of the words.
const toDefaultText = (entry: ScheduleEntry): string => formatTrigger(defaultTrigger(entry, "UTC"));
