import { between, pick, seededRandom } from "../seeded-random.ts";

export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** Decimal, in euros. */
  readonly price: string;
}

const ARTICLES = 200;
const CATEGORIES = ["Home > Kitchen", "Home > Bath", "Garden > Tools", "Garden > Plants", "Office"];
const WORDS = ["Lamp", "Kettle", "Rake", "Mirror", "Chair", "Fern", "Stapler", "Towel"];

/** What the vendors sell: the same for the same seed. */
export function listArticles(seed: number, vendor: string): readonly Article[] {
  return Array.from({ length: ARTICLES }, (_, index) => {
    const random = seededRandom(seed, "article", vendor, index);
    return {
      sku: toSku(vendor, index),
      name: `${pick(random, WORDS)} ${index + 1}`,
      category: pick(random, CATEGORIES),
      price: (between(random, 199, 19_999) / 100).toFixed(2),
    };
  });
}

export const toSku = (vendor: string, index: number): string =>
  `${vendor}-${String(index % ARTICLES).padStart(4, "0")}`;
