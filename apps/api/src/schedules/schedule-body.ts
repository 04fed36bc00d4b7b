import { type JsonObject, POLICY_SCHEMAS } from "@drumline/core/task";
import { z } from "zod";

import { versionSchema } from "../http/wire.ts";

/** One line of text that may stand in a log, a header and a terminal. */
export const lineOfText = z
  .string()
  .max(500)
  .regex(/^\P{Cc}*$/u, { error: "holds control characters" });

/** When it runs: of a schedule to be saved, and of one that is only looked at. */
export const scheduleTimeFields = {
  crontab: z
    .string()
    .max(200)
    .describe("Five fields: `0 3 * * *`, or with commas as the OMS guide has it: `0,3,*,*,*`."),
  everySeconds: z
    .union([z.int(), z.string().max(100)])
    .describe("Instead of a crontab: seconds, or a product such as `60*5`; counted from the change."),
  timezone: z.string().max(100).describe("IANA name for the crontab; UTC when left out."),
} as const;

const fields = {
  name: lineOfText
    .min(1)
    .max(200)
    .describe("For people; the key when left out. The key that was made from it stays when it changes."),
  task: z.string().min(1).max(200).describe("Wire name of an implemented task; GET /api/v1/tasks lists them."),
  args: z
    .record(z.string(), z.unknown())
    .transform((args) => args as JsonObject)
    .describe("As the task's own JSON Schema says; {} when left out."),
  description: lineOfText.describe("The task's summary when left out."),
  enabled: z.boolean().describe("true when left out."),
  ...scheduleTimeFields,
  ...POLICY_SCHEMAS,
  pingUrl: z
    .string()
    .max(500)
    .nullable()
    .describe(
      "Called by POST when a run starts (/start), succeeds, fails or is late (/fail). A secret: never shown again.",
    ),
} as const;

const optional = z.strictObject(fields).partial();

export const newScheduleSchema = optional
  .extend({
    key: z
      .string()
      .optional()
      .describe("Its identifier: letters, digits, dots, dashes and underscores. Made from the name when left out."),
    task: fields.task,
  })
  .meta({ id: "NewSchedule" });

export const schedulePatchSchema = optional
  .extend({ version: versionSchema.describe("The version the change is meant for.") })
  .meta({ id: "SchedulePatch" });
