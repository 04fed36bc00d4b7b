import { z } from "zod";

import { catalogue } from "@drumline/tasks";

import type { Api } from "../api.ts";

const taskSchema = z
  .object({
    name: z.string().describe("The wire name, such as oms.orders.tasks.get_orders_from_omnitron."),
    queue: z.string(),
    summary: z.string(),
    built: z.boolean().describe("False while its work is not written: listed, never run."),
    entry: z
      .object({ key: z.string(), envKey: z.string() })
      .nullable()
      .describe("The schedule it is born with; null for tasks that only schedule rows start."),
    timeoutMs: z.int(),
    arguments: z.record(z.string(), z.unknown()).describe("JSON Schema of its arguments."),
  })
  .meta({ id: "Task" });

export function addTasksRoute(app: Api): void {
  app.get(
    "/api/v1/tasks",
    {
      schema: {
        summary: "Every task of the catalogue",
        tags: ["tasks"],
        response: { 200: z.object({ items: z.array(taskSchema) }) },
      },
    },
    async () => ({
      items: Object.values(catalogue).map(({ name, queue, summary, built, entry, timeoutMs, args }) => ({
        name,
        queue,
        summary,
        built,
        entry: entry === null ? null : { key: entry.key, envKey: entry.envKey },
        timeoutMs,
        arguments: z.toJSONSchema(args, { io: "input", unrepresentable: "any" }) as Record<string, unknown>,
      })),
    }),
  );
}
