import { keyByName } from "../key-by-name.ts";
import { apiStatusCheck } from "./api-status.ts";
import { rebuildCategoriesIfNeeded } from "./categories.ts";
import { boxout, ecomnowClientsApiIntegrations } from "./client-integrations.ts";
import { refundUpdates } from "./orders.ts";
import { deleteInactiveProducts, updateProductsInventoryAndCBPVendors } from "./products.ts";
import {
  performUserAudit,
  userNoLongerInPlatform,
  userNotEnabledInAnyPlatform,
  userNotLoggedInPlatform,
} from "./user-audit.ts";

/** The eleven tasks of eComNow's Scheduler Service, in its guide's order, by wire name. */
export const ecomnowTasks = keyByName([
  updateProductsInventoryAndCBPVendors,
  deleteInactiveProducts,
  refundUpdates,
  rebuildCategoriesIfNeeded,
  ecomnowClientsApiIntegrations,
  boxout,
  userNoLongerInPlatform,
  userNotEnabledInAnyPlatform,
  userNotLoggedInPlatform,
  performUserAudit,
  apiStatusCheck,
]);
