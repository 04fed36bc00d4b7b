import { PROBLEM_ENDINGS, PROBLEM_SEVERITIES, type ProblemRow } from "@drumline/problems";
import { z } from "zod";

import { instant, rowId } from "../http/wire.ts";

export const severity = z
  .enum(PROBLEM_SEVERITIES)
  .describe("ERROR stops something until somebody acts, WARNING should be looked at, INFO is good to know.");

const foundProblem = z.object({
  id: rowId,
  context: z.string().describe("Whose business it is: oms, ecomnow, …"),
  kind: z.string(),
  subjectType: z.string(),
  subjectKey: z.string().describe("What it is about, as people call it; the same kind is open of it once."),
  severity,
  reason: z.string(),
  cure: z.string().describe("What a person can do about it."),
  actions: z
    .array(z.object({ label: z.string(), method: z.string(), path: z.string() }))
    .readonly()
    .describe("Requests that help."),
  open: z.boolean(),
  openedAt: instant,
  lastSeenAt: instant,
  seenCount: z.int(),
  closedAt: instant.nullable(),
  ending: z.enum(PROBLEM_ENDINGS).nullable().describe("BY_ITSELF once its cause was gone."),
  closedBy: z.string().nullable().describe("The token, or the user of the command line."),
  note: z.string().nullable(),
  accepted: z.boolean().describe("The same reason does not open it again."),
  version: z.int(),
});

/** A row of the table of problems; `Problem` is what a refused request is answered with. */
export const foundProblemSchema = foundProblem.meta({ id: "FoundProblem" });

export const foundProblemDetailSchema = foundProblem
  .extend({ detail: z.unknown().describe("What was found, such as the record as it came.") })
  .meta({ id: "FoundProblemDetail" });

/** The schema leaves out of it what a list does not show. */
export function toProblemView(row: ProblemRow): z.output<typeof foundProblemDetailSchema> {
  return { ...row, open: row.closedAt === null };
}
