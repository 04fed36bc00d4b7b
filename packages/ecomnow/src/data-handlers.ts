import { updateProductsInventoryAndCbpVendors } from "./products/update-products-inventory-and-cbp-vendors.ts";

/** Products, refunds, categories, client integrations and the status check, by wire name. */
export const dataHandlers = {
  UpdateProductsInventoryAndCBPVendors: updateProductsInventoryAndCbpVendors,
};
