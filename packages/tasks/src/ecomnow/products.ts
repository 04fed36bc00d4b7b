import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

import { vendors } from "./vendor-codes.ts";

export const updateProductsInventoryAndCBPVendors = defineTask({
  name: "UpdateProductsInventoryAndCBPVendors",
  queue: "ecomnow",
  summary: "Updates inventory and products from the feeds of the vendors.",
  args: z.strictObject({ vendors }),
  timeoutMs: 6 * HOUR_MS,
  built: true,
});

export const deleteInactiveProducts = defineTask({
  name: "DeleteInactiveProducts",
  queue: "ecomnow",
  summary: "Deletes products that have been inactive longer than their vendor allows.",
  args: z.strictObject({ vendors }),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});
