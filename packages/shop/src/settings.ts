import { text, type ValuesOf } from "@drumline/core/config";

/** Env keys of the shop's handlers, for the worker's config. The fallbacks fit the sandbox of `npm start`. */
export const shopSettings = {
  shopName: text("SHOP_NAME", { fallback: "The shop", about: "What the shop calls itself in mails and on labels." }),
} as const;

export type ShopSettings = ValuesOf<typeof shopSettings>;
