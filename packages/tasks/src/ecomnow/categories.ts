import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

import { vendors } from "./vendor-codes.ts";

export const rebuildCategoriesIfNeeded = defineTask({
  name: "RebuildCategoriesIfNeeded",
  queue: "ecomnow",
  summary: "Rebuilds the category trees of vendors whose category data changed.",
  args: z.strictObject({ vendors }),
  timeoutMs: HOUR_MS,
  built: true,
});
