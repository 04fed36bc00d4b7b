import { compareTriggers, type Trigger } from "@drumline/core/scheduling";
import { type FieldProblem, planTrigger, type StoredSchedule, toTriggerText } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { findOverlaps, overlapsSchema } from "./overlaps.ts";
import { scheduleTimeFields } from "./schedule-body.ts";
import { requireSchedule } from "./schedule-view.ts";
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
    comparison: z
      .object({
        cells: z.array(z.object({ from: instant, kept: z.int(), added: z.int(), removed: z.int() })),
        kept: z.int(),
        added: z.int(),
        removed: z.int(),
      })
      .nullable()
      .describe(
        "The coming 24 hours in cells of 15 minutes: occurrences that stay, come in and go. Null when not valid, or where no schedule was named.",
      ),
    overlaps: overlapsSchema
      .nullable()
      .describe("What its runs would meet. Null when not valid, or where neither schedule nor task was named."),
  })
  .meta({ id: "ScheduleValidation" });

/** For a form: what an expression means before it is saved, or which field of it is wrong. */
export function addValidateScheduleRoute(app: Api, parts: ApiParts): void {
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
        body: z
          .strictObject({
            ...scheduleTimeFields,
            schedule: z
              .string()
              .min(1)
              .max(100)
              .describe(
                "Id or key of the schedule the change is meant for: the answer then compares. What is left out is its own.",
              ),
            task: z.string().min(1).max(200).describe("Wire name of the task, where it is not the schedule's own."),
          })
          .partial(),
        response: { 200: validationSchema, 404: problemSchema },
      },
    },
    async ({ body: { schedule: idOrKey, task: named, ...wish } }) => {
      const now = parts.clock.now();
      const schedule = idOrKey === undefined ? null : await requireSchedule(parts, idOrKey);
      const problems: FieldProblem[] = [];
      const trigger = planTrigger(wish, schedule?.trigger ?? null, problems);
      if (trigger === null || problems.length > 0)
        return {
          valid: false,
          errors: problems.map(toFieldError),
          explanation: null,
          comparison: null,
          overlaps: null,
        };
      const isSame = schedule !== null && toTriggerText(schedule.trigger) === toTriggerText(trigger);
      const anchor = isSame ? schedule.anchorAt : now;
      const task = named ?? schedule?.task;
      const scheduleId = schedule?.task === task ? (schedule?.id ?? null) : null;
      return {
        valid: true,
        errors: [],
        explanation: toExplanation(trigger, now, anchor),
        comparison: schedule === null ? null : compare(schedule, { trigger, anchor }, now),
        overlaps: task === undefined ? null : await findOverlaps(parts, { task, trigger, anchor, scheduleId }, now),
      };
    },
  );
}

function compare(schedule: StoredSchedule, to: { trigger: Trigger; anchor: Date }, now: Date) {
  const { cells, ...totals } = compareTriggers({ trigger: schedule.trigger, anchor: schedule.anchorAt }, to, now);
  return { cells: [...cells], ...totals };
}
