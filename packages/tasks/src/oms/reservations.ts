import { MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const clearInventoryDiscrepancies = defineTask({
  name: "oms.reservations.tasks.clear_inventory_discrepancies",
  queue: "oms",
  summary: "Releases the inventory discrepancies that keep a product from being planned at a location.",
  args: z.strictObject({}),
  // Daily by name, hourly by configuration: a step of 60 minutes is minute 0.
  entry: {
    key: "daily-clear-inventory-discrepancies",
    envKey: "DAILY_CLEAR_INVENTORY_DISCREPANCIES",
    trigger: { crontab: "*/60,*,*,*,*" },
  },
  timeoutMs: 30 * MINUTE_MS,
  policies: { graceMs: 10 * MINUTE_MS },
  built: true,
});
