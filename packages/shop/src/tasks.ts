import type { HandlersFor } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { shopTasks } from "@drumline/tasks";

import { cleanUpDatabase } from "./checkouts/clean-up-database.ts";
import type { ShopGateways } from "./gateways/create-gateways.ts";
import { reconcileStock } from "./inventory/reconcile-stock.ts";
import { updateProductsInventory } from "./inventory/update-products-inventory.ts";
import { checkPaymentStatus } from "./payments/check-payment-status.ts";
import { createShippingLabels } from "./labels/create-shipping-labels.ts";
import { updateDeliveryStatus } from "./parcels/update-delivery-status.ts";
import { reconcilePayments } from "./payments/reconcile-payments.ts";
import { sendNotifications } from "./mailing/send-notifications.ts";
import type { ShopSettings } from "./settings.ts";

/** The shop's work, by wire name. */
export const shopHandlers = {
  "shop.notifications.tasks.create_shipping_labels": createShippingLabels,
  "shop.notifications.tasks.update_delivery_status": updateDeliveryStatus,
  "shop.inventory.tasks.update_products_inventory": updateProductsInventory,
  "shop.payments.tasks.check_payment_status": checkPaymentStatus,
  "shop.payments.tasks.reconcile_payments": reconcilePayments,
  "shop.notifications.tasks.send_notifications": sendNotifications,
  "shop.inventory.tasks.reconcile_stock": reconcileStock,
  "shop.maintenance.tasks.clean_up_database": cleanUpDatabase,
} satisfies HandlersFor<typeof shopTasks, ShopGateways<ShopSettings>, Database>;
