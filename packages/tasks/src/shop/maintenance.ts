import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const cleanUpDatabase = defineTask({
  name: "shop.maintenance.tasks.clean_up_database",
  queue: "shop",
  summary: "Makes leads of checkouts that were left behind, where consent was given, and erases the others.",
  args: z.strictObject({}),
  entry: { key: "clean-up-database", envKey: "CLEAN_UP_DATABASE", trigger: { everySeconds: 60 * 60 } },
  timeoutMs: HOUR_MS,
  built: true,
});
