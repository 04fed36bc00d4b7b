export { createShopGateways, type ShopGateways } from "./gateways/create-gateways.ts";
export { shopRetentionSettings, toShopRetention } from "./retention.ts";
export { shopSettings, type ShopSettings } from "./settings.ts";
export { shopHandlers } from "./tasks.ts";
