import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { checkHealth } from "./check-health.ts";
import { openProblemsSchema, toOpenProblems } from "./open-problems.ts";

const readySchema = z
  .object({
    ready: z.boolean(),
    reasons: z.array(z.object({ code: z.string(), message: z.string() })).describe("Empty when ready."),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe("What works and will not for long, or waits for a person; also when ready."),
    openProblems: openProblemsSchema,
  })
  .meta({ id: "Readiness" });

export function addHealthRoutes(app: Api, parts: ApiParts): void {
  app.get(
    "/health/live",
    {
      config: { access: "public", rateLimit: false },
      schema: {
        summary: "Whether this process runs",
        description: "Asks nothing of any database, so that one that is away does not restart the api.",
        tags: ["health"],
        response: { 200: z.object({ live: z.literal(true) }) },
      },
    },
    async () => ({ live: true as const }),
  );
  app.get(
    "/health/ready",
    {
      config: { access: "public", rateLimit: false },
      schema: {
        summary: "Whether schedules fire and work gets done",
        description:
          "Red when a database does not answer, when no living beat or worker is known, or when the oldest due occurrence is later than its grace.",
        tags: ["health"],
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const { reasons, warnings, facts } = await checkHealth(parts);
      const ready = reasons.length === 0;
      const openProblems = toOpenProblems(facts);
      return reply
        .status(ready ? 200 : 503)
        .send({ ready, reasons: [...reasons], warnings: [...warnings], openProblems });
    },
  );
}
