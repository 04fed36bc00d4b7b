import { SECOND_MS } from "@drumline/core/clock";
import { loadQueueCounts } from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
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

export type QueueView = z.infer<typeof queueSchema>;

const ANSWER_WITHIN_MS = 2 * SECOND_MS;

/** @throws {HttpProblem} 503 when the queue store does not answer */
export function loadQueueViews({ queues }: ApiParts): Promise<QueueView[]> {
  return within(ANSWER_WITHIN_MS, "The queue store", loadQueueCounts(queues));
}
