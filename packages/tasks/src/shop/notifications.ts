import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const sendNotifications = defineTask({
  name: "shop.notifications.tasks.send_notifications",
  queue: "shop",
  summary: "Sends the mails that are due: orders, products back in stock, reminders.",
  args: z.strictObject({}),
  entry: { key: "send-notifications", envKey: "SEND_NOTIFICATIONS", trigger: { everySeconds: 60 } },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

export const createShippingLabels = defineTask({
  name: "shop.notifications.tasks.create_shipping_labels",
  queue: "shop",
  summary: "Buys and draws the labels of packed parcels, and gives superfluous ones back.",
  args: z.strictObject({}),
  entry: { key: "create-shipping-labels", envKey: "CREATE_SHIPPING_LABELS", trigger: { everySeconds: 60 } },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

export const updateDeliveryStatus = defineTask({
  name: "shop.notifications.tasks.update_delivery_status",
  queue: "shop",
  summary: "Asks carriers where the parcels are.",
  args: z.strictObject({}),
  entry: { key: "update-delivery-status", envKey: "UPDATE_DELIVERY_STATUS", trigger: { everySeconds: 15 * 60 } },
  timeoutMs: HOUR_MS,
  built: true,
});
