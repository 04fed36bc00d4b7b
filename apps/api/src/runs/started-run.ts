import { z } from "zod";

import { problemSchema } from "../http/problem.ts";

const startedSchema = z
  .object({
    runId: z.string(),
    started: z.boolean().describe("False when a run of the same task and arguments waits already: runId is that one."),
  })
  .meta({ id: "StartedRun" });

/** What every route that starts a run answers. */
export const startedResponse = {
  200: startedSchema,
  202: startedSchema,
  404: problemSchema,
  409: problemSchema,
  422: problemSchema,
} as const;
