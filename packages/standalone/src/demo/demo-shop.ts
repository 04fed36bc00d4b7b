/** A product of the demonstration's shop, with the pieces that came in; none: it is sold out. */
export interface DemoProduct {
  readonly sku: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly pieces: number;
}

export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  { sku: "MUG-BLUE", title: "Mug, blue", priceMinor: 1_250, pieces: 40 },
  { sku: "MUG-RED", title: "Mug, red", priceMinor: 1_250, pieces: 25 },
  { sku: "TRAY-OAK", title: "Tray of oak", priceMinor: 3_490, pieces: 12 },
  { sku: "TOWEL", title: "Tea towel", priceMinor: 895, pieces: 100 },
  { sku: "LAMP", title: "Reading lamp", priceMinor: 7_900, pieces: 6 },
  { sku: "VASE", title: "Vase", priceMinor: 4_500, pieces: 0 },
];

export interface DemoOrder {
  readonly reference: string;
  readonly email: string;
  readonly name: string;
  readonly locale: string;
  readonly shipTo: Readonly<Record<string, string>>;
  readonly sku: string;
  readonly quantity: number;
  /** What the shopper did at each attempt, after which the browser was closed: no page of ours ever heard of it. */
  readonly payments: readonly ("paid" | "failed" | "open" | "paid too little")[];
  readonly isPacked?: boolean;
}

export const AMSTERDAM = { line1: "Keizersgracht 1", postalCode: "1015 CC", city: "Amsterdam", country: "NL" };
export const LODZ = { line1: "ulica Piotrkowska 7", postalCode: "90-001", city: "Łódź", country: "PL" };
export const ISTANBUL = { line1: "İstiklal Caddesi 12", postalCode: "34430", city: "İstanbul", country: "TR" };
const TOKYO = { line1: "千代田区1-1", postalCode: "100-0001", city: "東京", country: "JP" };

export const DEMO_ORDERS: readonly DemoOrder[] = [
  toOrder(1, "Ada", "en", AMSTERDAM, "MUG-BLUE", 2, ["paid"]),
  toOrder(2, "Bram", "nl", AMSTERDAM, "TOWEL", 3, ["paid"]),
  toOrder(3, "Ceyda", "tr", ISTANBUL, "LAMP", 1, ["failed", "paid"]),
  toOrder(4, "Dorota", "en", LODZ, "TRAY-OAK", 1, ["open"]),
  toOrder(5, "Emma", "nl", AMSTERDAM, "MUG-RED", 1, ["paid too little"]),
  toOrder(6, "Finn", "en", AMSTERDAM, "MUG-RED", 2, ["paid", "paid"]),
  { ...toOrder(7, "Grażyna", "en", LODZ, "MUG-BLUE", 1, ["paid"]), isPacked: true },
  // The font of labels cannot write it: a problem says so.
  { ...toOrder(8, "Hiroshi", "en", TOKYO, "TOWEL", 1, ["paid"]), isPacked: true },
];

export interface DemoCart {
  readonly reference: string;
  readonly email: string;
  readonly sku: string;
  readonly hasConsent: boolean;
}

/** Left two hours ago, with and without the shopper's word that a reminder is welcome. */
export const DEMO_CARTS: readonly DemoCart[] = [
  { reference: "demo-cart-1", email: "ines@example.com", sku: "LAMP", hasConsent: true },
  { reference: "demo-cart-2", email: "jan@example.com", sku: "TOWEL", hasConsent: false },
];

function toOrder(
  no: number,
  name: string,
  locale: string,
  shipTo: Readonly<Record<string, string>>,
  sku: string,
  quantity: number,
  payments: DemoOrder["payments"],
): DemoOrder {
  const ascii = name.normalize("NFD").replaceAll(/[^A-Za-z]/g, "");
  return {
    reference: `D${1_000 + no}`,
    email: `${ascii.toLowerCase()}@example.com`,
    name,
    locale,
    shipTo,
    sku,
    quantity,
    payments,
  };
}
