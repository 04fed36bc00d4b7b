import { listOf, optionalText, type Setting, type ValuesOf } from "@drumline/core/config";

const instant = (key: string, about: string): Setting<Date | null> => ({
  ...optionalText(key, { about }),
  example: "2026-11-20T00:00:00+01:00",
  parse: (raw) => {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(raw) || Number.isNaN(Date.parse(raw)))
      throw new Error("expected an instant with its zone, such as 2026-11-20T00:00:00+01:00");
    return new Date(raw);
  },
});

const vendorCodes: Setting<readonly string[] | null> = {
  ...optionalText("SHOP_STOCK_VENDORS", {
    about:
      "Codes of eComNow's vendors, comma-separated, whose feeds count the shop's stock; no two of them with the same sku. Empty: none's.",
  }),
  example: "acme,north",
  parse: (raw) =>
    raw
      .split(",")
      .map((code) => code.trim())
      .filter((code) => code !== ""),
};

/** Env keys of stock. */
export const inventorySettings = {
  shopStockEventsSince: instant(
    "SHOP_STOCK_EVENTS_SINCE",
    "Since when the shop's stock follows what happens in the OMS and in eComNow. Empty: it does not, as where stock is told in another way.",
  ),
  shopStockEventSources: listOf("SHOP_STOCK_EVENT_SOURCES", ["oms", "ecomnow"], {
    about: "Which of the two the shop's stock follows, once SHOP_STOCK_EVENTS_SINCE is set.",
  }),
  shopStockVendors: vendorCodes,
} as const;

export type InventorySettings = ValuesOf<typeof inventorySettings>;
