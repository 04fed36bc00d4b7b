import { type FieldProblem, planTrigger } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { scheduleTimeFields } from "./schedule-body.ts";
import { toFieldError } from "./to-schedule-problem.ts";
import { explanationShape, toExplanation } from "./trigger-explanation.ts";

const validationSchema = z
  .object({
    valid: z.boolean(),
    errors: z
      .array(
        z.object({
          where: z.string(),
          problem: z.string(),
          field: z.object({ name: z.string(), got: z.string(), expected: z.string() }).optional(),
        }),
      )
      .describe("As in the problem that saving it would be answered with; empty when valid."),
    explanation: z.object(explanationShape).nullable().describe("Null when not valid."),
  })
  .meta({ id: "ScheduleValidation" });

/** For a form: what an expression means before it is saved, or which field of it is wrong. */
export function addValidateScheduleRoute(app: Api, { clock }: ApiParts): void {
  app.post(
    "/api/v1/schedules/validate",
    {
      // It changes nothing, so there is nothing to do once.
      config: { access: "viewer", idempotencyKey: false },
      schema: {
        summary: "What a crontab or an interval means, or what is wrong with it",
        description:
          "By the rules every change of a schedule is checked by. Saves nothing; 200 also where it is not valid.",
        tags: ["schedules"],
        body: z.strictObject(scheduleTimeFields).partial(),
        response: { 200: validationSchema },
      },
    },
    async ({ body }) => {
      const problems: FieldProblem[] = [];
      const trigger = planTrigger(body, null, problems);
      if (trigger === null || problems.length > 0)
        return { valid: false, errors: problems.map(toFieldError), explanation: null };
      return { valid: true, errors: [], explanation: toExplanation(trigger, clock.now()) };
    },
  );
}
