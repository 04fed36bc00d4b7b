import { SECOND_MS } from "@drumline/core/clock";
import { loadOldestWaiting, loadProcesses, loadQueueCounts, toProcessWork, toQueueWorkers } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { processShape, toProcessView } from "../health/process-view.ts";
import { pageOf } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { within } from "../http/within.ts";

export const queueSchema = z
  .object({
    name: z.string(),
    waiting: z.int().describe("Ready to be taken, prioritised ones included."),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    completed: z.int(),
  })
  .meta({ id: "Queue" });

const ANSWER_WITHIN_MS = 2 * SECOND_MS;

/** @throws {HttpProblem} 503 when the queue backend does not answer */
export function loadQueues({ queues }: ApiParts): Promise<z.output<typeof queueSchema>[]> {
  return within(ANSWER_WITHIN_MS, "The queue backend", loadQueueCounts(queues));
}

const queueDetailSchema = queueSchema
  .extend({
    oldestWaitingAt: instant.nullable().describe("Since when the run that has waited longest waits for a worker."),
    workers: z.int().describe("Living processes that take runs from it."),
    slots: z.int().describe("Runs they may have under way together."),
  })
  .meta({ id: "QueueDetail" });

const processSchema = z
  .object({
    ...processShape,
    queues: z.array(z.string()).readonly().nullable(),
    concurrency: z.int().nullable().describe("Runs it may have under way in each queue."),
    running: z.int().nullable(),
  })
  .meta({ id: "QueueProcess" });

export function addQueuesRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/queues",
    {
      schema: {
        summary: "The queues, how much lies in them and since when, and who works on them",
        tags: ["queues"],
        response: {
          200: pageOf(queueDetailSchema).extend({
            store: z.enum(["redis", "postgres"]),
            processes: z.array(processSchema).describe("That showed life within a day, the dead ones too."),
          }),
          503: problemSchema,
        },
      },
    },
    async () => {
      const [queues, processes] = await Promise.all([loadQueues(parts), loadProcesses(parts.db)]);
      const oldest = await loadOldestWaiting(
        parts.db,
        queues.map(({ name }) => name),
      );
      return {
        store: parts.queues.kind,
        items: queues.map((queue) => ({
          ...queue,
          ...toQueueWorkers(processes, queue.name),
          oldestWaitingAt: oldest.get(queue.name) ?? null,
        })),
        processes: processes.map((process) => ({
          ...toProcessView(process),
          ...toProcessWork(process),
        })),
        nextCursor: null,
      };
    },
  );
}
