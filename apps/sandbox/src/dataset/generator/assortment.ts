import { between, pick, seededRandom } from "../../seeded-random.ts";
import { type Location, type Product, SELLER_PRIORITY } from "../dataset.ts";
import { PLACES } from "./places.ts";

const SELLERS = 40;
const PRODUCTS = 400;

/** A product, what it costs, and who sells it: one to three sellers. */
export interface Offer {
  readonly product: Product;
  readonly priceCents: number;
  readonly sellers: readonly string[];
}

export function generateSellers(seed: number): Location[] {
  return Array.from({ length: SELLERS }, (_, index) => {
    const random = seededRandom(seed, "seller", index);
    const place = pick(random, PLACES);
    const erpCode = `seller-${String(index + 1).padStart(3, "0")}`;
    const near = (degrees: number) => Number((degrees + (random() - 0.5) / 5).toFixed(4));
    return {
      pk: index + 2,
      erpCode,
      name: `Seller ${index + 1} ${place.city}`,
      type: random() < 0.25 ? "WAREHOUSE" : "STORE",
      priority: SELLER_PRIORITY,
      address: {
        country: "BR",
        state: place.state,
        city: place.city,
        district: null,
        latitude: near(place.latitude),
        longitude: near(place.longitude),
      },
    };
  });
}

export function generateOffers(seed: number, sellers: readonly Location[]): Offer[] {
  return Array.from({ length: PRODUCTS }, (_, index) => {
    const random = seededRandom(seed, "product", index);
    const kind = pick(random, KINDS);
    const holders = Array.from({ length: between(random, 1, 3) }, () => pick(random, sellers).erpCode);
    return {
      product: {
        pk: index + 1,
        sku: `SKU-${String(index + 1).padStart(5, "0")}`,
        name: `${pick(random, QUALITIES)} ${kind.name} ${index + 1}`,
        barcode: toEan13(789_000_000_000 + index + 1),
      },
      priceCents: between(random, kind.fromCents / 10, kind.toCents / 10) * 10 - 1,
      sellers: [...new Set(holders)],
    };
  });
}

/** Twelve digits and the check digit that makes them an EAN-13. */
function toEan13(digits: number): string {
  const text = String(digits);
  const sum = Array.from(text).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${text}${(10 - (sum % 10)) % 10}`;
}

const QUALITIES = ["Blue", "Black", "Small", "Large", "Classic", "Light", "Solid", "Soft"];

const KINDS = [
  { name: "bed sheet", fromCents: 3_990, toCents: 24_990 },
  { name: "service lamp", fromCents: 2_990, toCents: 18_990 },
  { name: "coffee maker", fromCents: 9_990, toCents: 79_990 },
  { name: "watch", fromCents: 5_990, toCents: 59_990 },
  { name: "phone case", fromCents: 990, toCents: 7_990 },
  { name: "perfume", fromCents: 4_990, toCents: 39_990 },
  { name: "garden hose", fromCents: 3_490, toCents: 14_990 },
  { name: "board game", fromCents: 2_990, toCents: 29_990 },
  { name: "running shoe", fromCents: 9_990, toCents: 69_990 },
  { name: "tool set", fromCents: 6_990, toCents: 89_990 },
];
