import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const dbMaintenance = defineTask({
  name: "oms.base.tasks.db_maintenance",
  queue: "oms",
  summary: "Vacuums and analyses the tables that have changed.",
  args: z.strictObject({}),
  entry: { key: "db-maintenance", envKey: "DB_MAINTENANCE", trigger: { crontab: "0,0,*,*,*" } },
  timeoutMs: 4 * HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});
