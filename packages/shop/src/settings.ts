import { text, type ValuesOf } from "@drumline/core/config";

import { paymentSettings } from "./gateways/payments/settings.ts";
import { notificationSettings } from "./notifications/settings.ts";
import { paymentCheckSettings } from "./payments/settings.ts";

/** Env keys of the shop's handlers, for the worker's config. The fallbacks fit the sandbox of `npm start`. */
export const shopSettings = {
  shopName: text("SHOP_NAME", { fallback: "The shop", about: "What the shop calls itself in mails and on labels." }),
  ...paymentSettings,
  ...paymentCheckSettings,
  ...notificationSettings,
} as const;

export type ShopSettings = ValuesOf<typeof shopSettings>;
