import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const repairStuckTasks = defineTask({
  name: "integration.tasks.repair_stuck_tasks",
  queue: "integration",
  summary: "Has tasks begun again whose worker died, and finds entities that nobody works on.",
  args: z.strictObject({}),
  entry: {
    key: "repair-stuck-tasks",
    envKey: "INTEGRATION_REPAIR_STUCK_TASKS",
    trigger: { everySeconds: 5 * 60 },
  },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

/** Whose order says nothing to anybody any more. */
const ended = z.enum(["FINISHED", "FAILED", "SKIPPED", "REJECTED"]);

export const pruneTasks = defineTask({
  name: "integration.tasks.prune_tasks",
  queue: "integration",
  summary: "Deletes tasks that ended long ago, or beyond the number that is kept.",
  args: z.strictObject({
    maxAgeDays: z.int().min(1).max(3_650).optional().describe("Instead of INTEGRATION_TASK_DAYS."),
    maxTasks: z.int().min(0).max(100_000_000).optional().describe("Kept per route, the newest; without it, all."),
    routes: z.array(z.string().max(100)).min(1).max(1_000).optional().describe("Identifiers; without it, every route."),
    statuses: z.array(ended).min(1).optional().describe("Without it, FINISHED and SKIPPED."),
  }),
  entry: { key: "prune-tasks", envKey: "INTEGRATION_PRUNE_TASKS", trigger: { crontab: "20,3,*,*,*" } },
  timeoutMs: HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});
