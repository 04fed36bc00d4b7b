import { boxout } from "./boxout/boxout.ts";
import { ecomnowClientsApiIntegrations } from "./client-integrations/clients-api-integrations.ts";
import { apiStatusCheck } from "./api-status/api-status-check.ts";
import { rebuildCategoriesIfNeeded } from "./categories/rebuild-categories-if-needed.ts";
import { refundUpdates } from "./orders/refund-updates.ts";
import { deleteInactiveProducts } from "./products/delete-inactive-products.ts";
import { updateProductsInventoryAndCbpVendors } from "./products/update-products-inventory-and-cbp-vendors.ts";

/** Products, refunds, categories, client integrations and the status check, by wire name. */
export const dataHandlers = {
  UpdateProductsInventoryAndCBPVendors: updateProductsInventoryAndCbpVendors,
  DeleteInactiveProducts: deleteInactiveProducts,
  RefundUpdates: refundUpdates,
  RebuildCategoriesIfNeeded: rebuildCategoriesIfNeeded,
  ApiStatusCheck: apiStatusCheck,
  eComNowClientsApiIntegrations: ecomnowClientsApiIntegrations,
  Boxout: boxout,
};
