import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { ShopGateways } from "../src/gateways/create-gateways.ts";
import { updateProductsInventory } from "../src/inventory/update-products-inventory.ts";
import { createShippingLabels } from "../src/labels/create-shipping-labels.ts";
import { sendNotifications } from "../src/mailing/send-notifications.ts";
import { checkPaymentStatus } from "../src/payments/check-payment-status.ts";
import type { ShopSettings } from "../src/settings.ts";

/** What becomes of an order from its payment on: asked for and followed, taken off the stock, labelled, and told. */
export async function workOnOrders(context: TaskContext<object, ShopGateways<ShopSettings>, Database>): Promise<void> {
  await checkPaymentStatus(context);
  await updateProductsInventory(context);
  await createShippingLabels(context);
  await sendNotifications(context);
}
