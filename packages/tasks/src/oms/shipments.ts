import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const updateAllTrackingInformation = defineTask({
  name: "oms.shipments.tasks.update_all_tracking_information",
  queue: "oms",
  summary: "Asks the carriers for the status of every open shipment.",
  args: z.strictObject({}),
  entry: {
    key: "update-tracking-informations",
    envKey: "UPDATE_TRACKING_INFORMATIONS",
    trigger: { crontab: "0,2,*,*,*" },
  },
  timeoutMs: 4 * HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});

export const updateAllSevenDaysTrackingInformation = defineTask({
  name: "oms.shipments.tasks.update_all_seven_days_tracking_information",
  queue: "oms",
  summary: "Asks the carriers for the status of the shipments of the last seven days.",
  args: z.strictObject({}),
  entry: {
    key: "update-tracking-informations-seven-days",
    envKey: "UPDATE_TRACKING_INFORMATIONS_SEVEN_DAYS",
    trigger: { everySeconds: 4 * 60 * 60 },
  },
  timeoutMs: 2 * HOUR_MS,
  policies: { graceMs: 30 * MINUTE_MS },
  built: true,
});

export const updateAllTransferOrderTrackingInformation = defineTask({
  name: "oms.shipments.tasks.update_all_transfer_order_tracking_information",
  queue: "oms",
  summary: "Asks the carriers for the status of transfer orders.",
  args: z.strictObject({}),
  entry: {
    key: "update-transfer-shipments-tracking-informations",
    envKey: "UPDATE_TRANSFER_SHIPMENTS_TRACKING_INFORMATIONS",
    trigger: { everySeconds: 4 * 60 * 60 },
  },
  timeoutMs: 2 * HOUR_MS,
  policies: { graceMs: 30 * MINUTE_MS },
  built: true,
});

export const autoRunShipThePackageCommand = defineTask({
  name: "oms.shipments.tasks.auto_run_ship_the_package_command",
  queue: "oms",
  summary: "Ships packed packages whose shipment is on its way.",
  args: z.strictObject({}),
  entry: {
    key: "auto_run_ship_the_package_command",
    envKey: "AUTO_RUN_SHIP_THE_PACKAGE_COMMAND",
    trigger: { everySeconds: 2 * 60 * 60 },
  },
  timeoutMs: HOUR_MS,
  policies: { graceMs: 15 * MINUTE_MS },
  built: true,
});
