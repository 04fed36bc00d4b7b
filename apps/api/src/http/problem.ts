import { z } from "zod";

/** RFC 9457. `type` stays about:blank: the status says the kind, `code` which one, `detail` and `errors` say the rest. */
export const problemSchema = z
  .object({
    type: z.literal("about:blank"),
    title: z.string().describe("The kind of problem, the same for every occurrence."),
    status: z.int(),
    detail: z.string().describe("What went wrong this time, and how to cure it."),
    instance: z.string().describe("The request it happened to."),
    errors: z
      .array(
        z.object({
          where: z.string(),
          problem: z.string(),
          position: z.int().optional().describe("Of an expression, how far it could be read."),
          field: z
            .object({ name: z.string(), got: z.string(), expected: z.string() })
            .optional()
            .describe("Of a crontab, the field at fault."),
        }),
      )
      .optional()
      .describe("Every wrong field at once."),
    code: z.string().optional().describe("A stable word for programs, where the status alone does not decide."),
    currentVersion: z.int().optional().describe("Of the row that somebody else changed meanwhile."),
    didYouMean: z.string().nullable().optional(),
    implementedTasks: z.array(z.string()).optional().describe("Where the task is what is wrong."),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;

/** What a problem says besides its status and detail. */
export type ProblemFacts = Pick<Problem, "errors" | "code" | "currentVersion" | "didYouMean" | "implementedTasks">;

/** Thrown by a route that knows what it wants to answer. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: ProblemFacts;

  constructor(
    status: number,
    detail: string,
    {
      cause,
      headers = {},
      ...facts
    }: { cause?: unknown; headers?: Readonly<Record<string, string>> } & ProblemFacts = {},
  ) {
    super(detail, { cause });
    this.status = status;
    this.headers = headers;
    this.facts = facts;
  }
}
