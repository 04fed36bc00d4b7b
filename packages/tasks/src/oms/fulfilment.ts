import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const fulfilWaitingOrders = defineTask({
  name: "oms.fulfilment.tasks.fulfil_waiting_orders",
  queue: "oms",
  summary: "Plans waiting orders into packages by stock and scenario rules.",
  args: z.strictObject({}),
  entry: { key: "fulfil-waiting-orders", envKey: "FULFIL_WAITING_ORDERS", trigger: { everySeconds: 60 } },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

export const fulfilReplanningOrders = defineTask({
  name: "oms.fulfilment.tasks.fulfil_replaning_orders",
  queue: "oms",
  summary: "Plans packages again that need it, are out of stock, defective or unavailable.",
  args: z.strictObject({}),
  entry: {
    key: "fulfil-replanning-orders",
    envKey: "FULFIL_REPLANNING_ORDERS",
    trigger: { everySeconds: 60 * 60 },
  },
  timeoutMs: HOUR_MS,
  policies: { graceMs: 10 * MINUTE_MS },
  built: true,
});

export const retryOutOfStockPackages = defineTask({
  name: "oms.fulfilment.tasks.retry_out_of_stock_packages",
  queue: "oms",
  summary: "Plans packages again that are out of stock or hold a defective product.",
  args: z.strictObject({}),
  entry: {
    key: "renew-out-of-stock-packages-cron",
    envKey: "RENEW_OUT_OF_STOCK_PACKAGES",
    trigger: { everySeconds: 3 * 60 * 60 },
  },
  timeoutMs: HOUR_MS,
  policies: { graceMs: 30 * MINUTE_MS },
  built: true,
});

export const retryOutOfStockTransfers = defineTask({
  name: "oms.fulfilment.tasks.retry_out_of_stock_transfers",
  queue: "oms",
  summary: "Plans transfer orders again that are out of stock.",
  args: z.strictObject({}),
  entry: {
    key: "renew-out-of-stock-transfers-cron",
    envKey: "RENEW_OUT_OF_STOCK_TRANSFERS",
    trigger: { everySeconds: 3 * 60 * 60 },
  },
  timeoutMs: HOUR_MS,
  policies: { graceMs: 30 * MINUTE_MS },
  built: true,
});

export const updateOrderExecutionPlanContext = defineTask({
  name: "oms.fulfilment.tasks.update_order_execution_plan_context",
  queue: "oms",
  summary: "Refreshes the context of the last three months' execution plans whose packages are past preparation.",
  args: z.strictObject({}),
  // The guide's prose has "every two hours" beside 60*60; its configuration is what counts.
  entry: {
    key: "update-order-execution-plan-context",
    envKey: "UPDATE_ORDER_EXECUTION_PLAN_CONTEXT",
    trigger: { crontab: "0,0,*,*,*" },
  },
  timeoutMs: 2 * HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});
