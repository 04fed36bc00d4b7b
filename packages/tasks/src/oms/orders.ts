import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const getOrdersFromOmnitron = defineTask({
  name: "oms.orders.tasks.get_orders_from_omnitron",
  queue: "oms",
  summary: "Pulls new and changed orders from Omnitron.",
  args: z.strictObject({}),
  entry: { key: "get-omnitron-orders-cron", envKey: "OMNITRON_ORDERS", trigger: { everySeconds: 60 } },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

export const processCancellationPlans = defineTask({
  name: "oms.orders.tasks.process_cancellation_plans",
  queue: "oms",
  summary: "Processes the cancellation plans pulled from Omnitron.",
  args: z.strictObject({}),
  entry: {
    key: "process-cancellation-plans",
    envKey: "PROCESS_CANCELLATION_PLANS",
    trigger: { everySeconds: 60 * 60 },
  },
  timeoutMs: HOUR_MS,
  policies: { graceMs: 10 * MINUTE_MS },
  built: true,
});

export const rerunPlansForCancellationWaitingPackages = defineTask({
  name: "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages",
  queue: "oms",
  summary: "Restarts the cancellation of packages that wait for it.",
  args: z.strictObject({}),
  entry: {
    key: "rerun-plans-for-cancellation-waiting-packages",
    envKey: "RERUN_PLANS_FOR_CANCELLATION_WAITING_PACKAGES",
    trigger: { everySeconds: 60 * 60 },
  },
  timeoutMs: HOUR_MS,
  policies: { graceMs: 10 * MINUTE_MS },
  built: true,
});
