import { hardToGuess, integer, notTheSandbox, optionalText, text, timezone, url } from "@drumline/core/config";

import { quietHoursSetting } from "./quiet-hours.ts";

/** What the key is where nobody set one; in production a worker does not start with it, and the api takes no link. */
export const SANDBOX_LINK_KEY = "sandbox-link-key";

/** Of mails to customers. */
export const notificationSettings = {
  shopTemplatesFolder: optionalText("SHOP_TEMPLATES_FOLDER", {
    about:
      "Folder with mail templates of your own, <language>/<kind>.txt and .html, that stand before the built-in ones. `drumline mail preview` shows them.",
    example: "/etc/drumline/mails",
  }),
  shopUrl: notTheSandbox(
    url("SHOP_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:3000",
      about:
        "Address under which customers reach this api, for the links in mails: unsubscribe, confirm, back to the cart. One click ends a list over https only.",
      example: "https://mail.shop.example.com",
    }),
  ),
  shopLinkKey: hardToGuess(
    {
      ...text("SHOP_LINK_KEY", {
        fallback: SANDBOX_LINK_KEY,
        about:
          "Signs the links in mails: the same for workers and the api. With another key, links sent before lead nowhere.",
      }),
      secret: true,
    },
    "openssl rand -hex 32",
  ),
  shopTimeZone: timezone("SHOP_TIME_ZONE", {
    fallback: "Europe/Amsterdam",
    about: "IANA zone of the shop: days in mails, and the quiet hours of customers whose zone is not known.",
  }),
  shopQuietHours: quietHoursSetting,
  shopBackInStockFrom: integer("SHOP_BACK_IN_STOCK_FROM", {
    fallback: 1,
    min: 1,
    max: 1_000_000,
    about: "Pieces that must be available before anybody is told that a product is back.",
  }),
} as const;
