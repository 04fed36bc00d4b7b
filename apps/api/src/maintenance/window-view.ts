import { TASK_QUEUES } from "@drumline/core/queue";
import { WINDOW_ACTIONS } from "@drumline/engine";
import { z } from "zod";

import { instant, rowId, versionSchema } from "../http/wire.ts";
import { lineOfText } from "../schedules/schedule-body.ts";

const why = lineOfText.min(1).describe("Stands in the history.");

const fields = {
  name: lineOfText.min(1).max(200),
  reason: lineOfText
    .min(1)
    .describe("Why runs have to wait: stands beside each of them, in health and in the history."),
  queues: z
    .array(z.string().max(100))
    .max(20)
    .describe(`Of ${TASK_QUEUES.join(", ")}; runs of all where neither is named.`),
  schedules: z.array(z.string().min(1).max(100)).max(200).describe("Keys or ids: their runs wait, also those by hand."),
  startsAt: instant.describe("One-off; now when left out."),
  endsAt: instant.describe("One-off; 31 days later at most."),
  crontab: z.string().max(200).describe("Recurring: when each begins."),
  timezone: z.string().max(100).describe("IANA name for the crontab; UTC when left out."),
  durationMs: z.int().describe("How long each takes: a minute to 31 days, and less than until the next."),
} as const;

const optional = z.strictObject(fields).partial();

export const newWindowSchema = optional
  .extend({ name: fields.name, reason: fields.reason })
  .meta({ id: "NewMaintenanceWindow" });

export const windowPatchSchema = optional
  .extend({ why, version: versionSchema.describe("The version the change is meant for.") })
  .meta({ id: "MaintenanceWindowPatch" });

export const seenWindowSchema = z.strictObject({ why, version: versionSchema.optional() });

export const windowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    reason: z.string(),
    state: z.enum(["IN_FORCE", "PLANNED", "OVER"]),
    queues: z.array(z.string()),
    schedules: z.array(z.string()).describe("Keys."),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    crontab: z.string().nullable(),
    timezone: z.string().nullable(),
    durationMs: z.number().nullable(),
    inForceUntil: instant.nullable(),
    nextStarts: z.array(instant).describe("The next three at most."),
    version: z.int(),
    createdAt: instant,
    closedAt: instant.nullable(),
  })
  .meta({ id: "MaintenanceWindow" });

export const windowDetailSchema = windowSchema
  .extend({
    changes: z
      .array(
        z.object({
          id: rowId,
          action: z.enum(WINDOW_ACTIONS),
          by: z.string(),
          at: instant,
          why: z.string(),
          version: z.int(),
          before: z.unknown(),
          after: z.unknown(),
        }),
      )
      .describe("Newest first, 100 at most."),
  })
  .meta({ id: "MaintenanceWindowDetail" });

export const periodSchema = z
  .object({
    id: rowId,
    windowId: z.string(),
    name: z.string(),
    reason: z.string(),
    queues: z.array(z.string()).readonly(),
    scheduleIds: z.array(z.string()).readonly(),
    startsAt: instant,
    endsAt: instant,
    plannedEndAt: instant,
    endedBy: z.string().nullable().describe("Who ended it early; null where nobody did."),
    endedReason: z.string().nullable(),
  })
  .meta({ id: "MaintenancePeriod" });
