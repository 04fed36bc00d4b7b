import type { ShopSettings } from "../settings.ts";

/** What the worker gives to the shop's handlers; each declares the part it needs. */
export interface ShopGateways {
  readonly settings: ShopSettings;
}

/** The shop's outside. Connects to nothing until a handler asks. */
export function createShopGateways(settings: ShopSettings): ShopGateways {
  return { settings };
}
