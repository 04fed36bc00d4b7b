import { defineTask } from "@drumline/core/task";
import { z } from "zod";

const spec = { queue: "ecomnow", summary: "Does what the test says.", timeoutMs: 60_000 } as const;

/** Two tasks that can be scheduled, one of them with arguments, one that is not written yet, and one of an ENV entry. */
export const scheduledTasks = [
  defineTask({
    ...spec,
    name: "UserNotLoggedInPlatform",
    args: z.strictObject({ platform: z.string(), months: z.int().min(1).default(6) }),
    built: true,
  }),
  defineTask({ ...spec, name: "RefundUpdates", args: z.strictObject({}), built: true }),
  defineTask({ ...spec, name: "Boxout", args: z.strictObject({}), built: false }),
  defineTask({
    ...spec,
    name: "oms.orders.tasks.get_orders_from_omnitron",
    queue: "oms",
    args: z.strictObject({}),
    entry: { key: "get-omnitron-orders-cron", envKey: "OMNITRON_ORDERS", trigger: { everySeconds: 60 } },
    built: true,
  }),
];
