import { MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const apiStatusCheck = defineTask({
  name: "ApiStatusCheck",
  queue: "ecomnow",
  summary: "Compares the actual status of each watched API with the expected one.",
  args: z.strictObject({}),
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});
