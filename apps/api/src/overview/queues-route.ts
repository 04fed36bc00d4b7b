import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadQueueViews, queueSchema } from "./queues.ts";
import { problemSchema } from "../http/problem.ts";

export function addQueuesRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/queues",
    {
      schema: {
        summary: "The queues and how much lies in them",
        tags: ["queues"],
        response: {
          200: z.object({ store: z.enum(["redis", "postgres"]), items: z.array(queueSchema) }),
          503: problemSchema,
        },
      },
    },
    async () => ({ store: parts.queues.kind, items: await loadQueueViews(parts) }),
  );
}
