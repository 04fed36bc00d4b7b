import { RUN_STATUSES } from "@drumline/engine";
import { z } from "zod";

import { instant } from "../http/wire.ts";

export const runSchema = z
  .object({
    id: z.string(),
    task: z.string(),
    schedule: z.string().nullable().describe("Key of the schedule; null for manual starts."),
    queue: z.string(),
    origin: z.string(),
    status: z.enum(RUN_STATUSES),
    reasonCode: z
      .string()
      .nullable()
      .describe("Why it was skipped, missed or waits: OVERLAP, DUPLICATE, PAUSED, LATE, NO_WORKER, MAINTENANCE, …"),
    reason: z.string().nullable(),
    attempt: z.int(),
    maxAttempts: z.int(),
    occurrences: z.int().describe("How many occurrences a MISSED row stands for."),
    dryRun: z.boolean(),
    requestedBy: z.string().nullable().describe("Who started it; null where a schedule did."),
    parentId: z.string().nullable().describe("The run whose work it shares."),
    worker: z.string().nullable(),
    progress: z.unknown(),
    result: z.unknown(),
    error: z.string().nullable(),
    deaths: z.int().describe("Workers that died while they had it, whether or not it was the cause."),
    lastDeath: z.string().nullable().describe("What is known of the last of them."),
    runsAlone: z.boolean().describe("Its worker died with it twice: it runs in a process of its own."),
    problemCount: z.int().describe("Records that could not be done; the others went on."),
    dueAt: instant.nullable(),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: "Run" });

export const logLineSchema = z
  .object({ id: z.string(), at: instant, level: z.string(), message: z.string(), fields: z.unknown() })
  .meta({ id: "LogLine" });
