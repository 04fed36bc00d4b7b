import { keyByName } from "../key-by-name.ts";
import { reconcileStock, updateProductsInventory } from "./inventory.ts";
import { cleanUpDatabase } from "./maintenance.ts";
import { createShippingLabels, sendNotifications, updateDeliveryStatus } from "./notifications.ts";
import { checkPaymentStatus, reconcilePayments } from "./payments.ts";

/** The four jobs that every webshop should have (`webshop-background-jobs`), first, and what they need at their side. */
export const shopTasks = keyByName([
  checkPaymentStatus,
  sendNotifications,
  updateProductsInventory,
  cleanUpDatabase,
  reconcilePayments,
  createShippingLabels,
  updateDeliveryStatus,
  reconcileStock,
]);
