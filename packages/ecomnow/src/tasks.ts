import type { HandlersFor } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { ecomnowTasks } from "@drumline/tasks";

import { apiStatusCheck } from "./api-status/api-status-check.ts";
import { rebuildCategoriesIfNeeded } from "./categories/rebuild-categories-if-needed.ts";
import { exchangeWithBoxout, exchangeWithClients } from "./clients/exchange-with-clients.ts";
import type { EcomnowGateways } from "./gateways/create-gateways.ts";
import { refundUpdates } from "./orders/refund-updates.ts";
import { deleteInactiveProducts } from "./products/delete-inactive-products.ts";
import { updateProductsInventoryAndCbpVendors } from "./products/update-products-inventory-and-cbp-vendors.ts";
import { identifyUsers } from "./user-audit/identify-users.ts";
import { performUserAudit } from "./user-audit/perform/perform-user-audit.ts";

/** eComNow's work, by wire name. */
export const ecomnowHandlers = {
  UpdateProductsInventoryAndCBPVendors: updateProductsInventoryAndCbpVendors,
  DeleteInactiveProducts: deleteInactiveProducts,
  RefundUpdates: refundUpdates,
  RebuildCategoriesIfNeeded: rebuildCategoriesIfNeeded,
  ApiStatusCheck: apiStatusCheck,
  eComNowClientsApiIntegrations: exchangeWithClients,
  Boxout: exchangeWithBoxout,
  UserNoLongerInPlatform: identifyUsers("UserNoLongerInPlatform"),
  UserNotEnabledInAnyPlatform: identifyUsers("UserNotEnabledInAnyPlatform"),
  UserNotLoggedInPlatform: identifyUsers("UserNotLoggedInPlatform"),
  PerformUserAudit: performUserAudit,
} satisfies HandlersFor<typeof ecomnowTasks, EcomnowGateways, Database>;
