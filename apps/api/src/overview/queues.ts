import { SECOND_MS } from "@drumline/core/clock";
import { loadQueueCounts } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { pageOf } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
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

/** @throws {HttpProblem} 503 when the queue store does not answer */
export function loadQueues({ queues }: ApiParts): Promise<z.output<typeof queueSchema>[]> {
  return within(ANSWER_WITHIN_MS, "The queue store", loadQueueCounts(queues));
}

export function addQueuesRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/queues",
    {
      schema: {
        summary: "The queues and how much lies in them",
        tags: ["queues"],
        response: { 200: pageOf(queueSchema).extend({ store: z.enum(["redis", "postgres"]) }), 503: problemSchema },
      },
    },
    async () => ({ store: parts.queues.kind, items: await loadQueues(parts), nextCursor: null }),
  );
}
