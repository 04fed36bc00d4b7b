import { countOfSeverity } from "@drumline/problems";
import { z } from "zod";

import type { Facts } from "./facts.ts";

/** How many problems wait for a person; `GET /api/v1/problems` lists them. */
export const openProblemsSchema = z
  .object({ error: z.int(), warning: z.int(), info: z.int() })
  .nullable()
  .describe("By severity, of each kind up to 1,000; they turn nothing red. Null while the database is away.");

export function toOpenProblems(facts: Facts | null): z.output<typeof openProblemsSchema> {
  if (facts === null) return null;
  const { problems } = facts;
  return {
    error: countOfSeverity(problems, "ERROR"),
    warning: countOfSeverity(problems, "WARNING"),
    info: countOfSeverity(problems, "INFO"),
  };
}
