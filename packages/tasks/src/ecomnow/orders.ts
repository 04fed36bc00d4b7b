import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const refundUpdates = defineTask({
  name: "RefundUpdates",
  queue: "ecomnow",
  summary: "Sends changed refunds against their orders to the sales channel.",
  args: z.strictObject({}),
  timeoutMs: HOUR_MS,
  built: true,
});
