export { createShopGateways, type ShopGateways } from "./gateways/create-gateways.ts";
export { shopSettings, type ShopSettings } from "./settings.ts";
export { shopHandlers } from "./tasks.ts";
