import { text, type ValuesOf } from "@drumline/core/config";
import { carrierSettings } from "@drumline/outbound/carriers";

import { paymentSettings } from "./gateways/payments/settings.ts";
import { inventorySettings } from "./inventory/settings.ts";
import { labelSettings } from "./labels/settings.ts";
import { leadSettings } from "./leads/settings.ts";
import { notificationSettings } from "./notifications/settings.ts";
import { paymentCheckSettings } from "./payments/settings.ts";
import { parcelSettings } from "./parcels/settings.ts";

/** Env keys of the shop's handlers, for the worker's config. The fallbacks fit the sandbox of `npm start`. */
export const shopSettings = {
  shopName: text("SHOP_NAME", { fallback: "The shop", about: "What the shop calls itself in mails and on labels." }),
  ...paymentSettings,
  ...paymentCheckSettings,
  ...carrierSettings,
  ...inventorySettings,
  ...labelSettings,
  ...leadSettings,
  ...notificationSettings,
  ...parcelSettings,
} as const;

export type ShopSettings = ValuesOf<typeof shopSettings>;
