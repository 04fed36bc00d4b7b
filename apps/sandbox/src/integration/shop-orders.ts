import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import { between, pick, seededRandom } from "../seeded-random.ts";

/** An order every so often, numbered by its time: a restart goes on where it was. */
const TICK_MS = 20 * SECOND_MS;
/** Orders there are before anyone asks for the first time. */
const FIRST_ORDERS = 30;
const CITIES = ["Amsterdam", "İstanbul", "Zürich", "Łódź"];

interface Now {
  readonly seed: number;
  readonly nowMs: number;
}

/**
 * The first shop: pages by a cursor that it names itself, and stamps of whole minutes, so that several orders bear the same.
 */
export function pageByCursor({ seed, nowMs }: Now, after: number | null, limit: number) {
  const last = Math.floor(nowMs / TICK_MS);
  const from = (after ?? last - FIRST_ORDERS) + 1;
  const to = Math.min(last, from + limit - 1);
  const orders = numbersBetween(from, to).map((number) => {
    const { lines, city, total } = toOrder(seed, "amber", number);
    const updated = new Date(Math.floor((number * TICK_MS) / MINUTE_MS) * MINUTE_MS).toISOString();
    return { id: number, updated_at: updated, city, lines, total };
  });
  return { orders, next_cursor: String(Math.max(to, from - 1)), has_more: to < last };
}

/**
 * The second shop has made JSON of XML: everything is a text, a list of one is the one itself and a list of none an empty text.
 * It answers what changed at an instant or later, oldest first.
 */
export function pageByChange({ seed, nowMs }: Now, sinceMs: number | null, limit: number) {
  const last = Math.floor(nowMs / TICK_MS);
  const from = Math.max(sinceMs === null ? 0 : Math.ceil(sinceMs / TICK_MS), last - FIRST_ORDERS);
  const orders = numbersBetween(from, Math.min(last, from + limit - 1)).map((number) => {
    const { lines, city, total } = toOrder(seed, "cobalt", number);
    return {
      "@number": `C${number}`,
      Modified: new Date(number * TICK_MS).toISOString(),
      Town: city,
      Lines: { Line: asXmlList(lines.map(({ sku, quantity }) => ({ "@sku": sku, Quantity: String(quantity) }))) },
      Total: { "@currency": "EUR", "#text": total },
    };
  });
  return { Orders: orders.length === 0 ? "" : { Order: asXmlList(orders) } };
}

const asXmlList = <Item>(items: readonly Item[]): Item | readonly Item[] => (items.length === 1 ? items[0]! : items);

const numbersBetween = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, place) => from + place);

function toOrder(seed: number, shop: string, number: number) {
  const random = seededRandom(seed, shop, number);
  const lines = Array.from({ length: between(random, 1, 3) }, () => ({
    sku: `SKU-${String(between(random, 1, 200)).padStart(5, "0")}`,
    quantity: between(random, 1, 4),
    cents: between(random, 199, 9_999),
  }));
  const cents = lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  return {
    city: pick(random, CITIES),
    lines: lines.map(({ sku, quantity, cents: each }) => ({ sku, quantity, price: (each / 100).toFixed(2) })),
    total: (cents / 100).toFixed(2),
  };
}
