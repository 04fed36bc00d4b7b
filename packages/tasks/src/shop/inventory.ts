import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const updateProductsInventory = defineTask({
  name: "shop.inventory.tasks.update_products_inventory",
  queue: "shop",
  summary: "Applies lost, damaged, returned, counted and sold pieces to the stock of products.",
  args: z.strictObject({}),
  entry: { key: "update-products-inventory", envKey: "UPDATE_PRODUCTS_INVENTORY", trigger: { everySeconds: 5 * 60 } },
  timeoutMs: HOUR_MS,
  built: true,
});

export const reconcileStock = defineTask({
  name: "shop.inventory.tasks.reconcile_stock",
  queue: "shop",
  summary: "Compares every product's stock with the sum of its movements, and reports differences.",
  args: z.strictObject({}),
  entry: { key: "reconcile-stock", envKey: "RECONCILE_STOCK", trigger: { crontab: "0,4,*,*,*" } },
  timeoutMs: 2 * HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});
