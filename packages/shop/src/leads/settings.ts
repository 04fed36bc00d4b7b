import { integer, optionalUrl, type ValuesOf } from "@drumline/core/config";

/** What becomes of carts that were left behind. */
export const leadSettings = {
  checkoutIdleMinutes: integer("SHOP_CHECKOUT_IDLE_MINUTES", {
    fallback: 60,
    min: 10,
    max: 10_080,
    about: "Minutes without a sign of the shopper after which a cart counts as left behind.",
  }),
  checkoutDays: integer("SHOP_CHECKOUT_DAYS", {
    fallback: 30,
    min: 1,
    max: 365,
    about: "Days after which carts that were left behind or ordered no longer name anybody, and leads are deleted.",
  }),
  leadPauseDays: integer("SHOP_LEAD_PAUSE_DAYS", {
    fallback: 7,
    min: 1,
    max: 365,
    about: "Days after one lead before another is made of the same person.",
  }),
  leadsDatabaseUrl: optionalUrl("SHOP_LEADS_DATABASE_URL", ["postgres", "postgresql"], {
    about:
      "Another database that leads are moved to once nothing here waits for them; its table drumline_lead is made there. Empty: they stay in shop_lead until they are deleted.",
    example: "postgres://leads:secret@127.0.0.1:5432/leads",
  }),
} as const;

export type LeadSettings = ValuesOf<typeof leadSettings>;
