import { DAY_MS, HOUR_MS } from "@drumline/core/clock";

import { between, pick, seededRandom } from "../../seeded-random.ts";
import type { Lifecycle, Order, OrderItem } from "../dataset.ts";
import { toLifecycle } from "../lifecycle.ts";
import type { Offer } from "./assortment.ts";
import { PLACES } from "./places.ts";

const CUSTOMERS = 20_000;
const MAX_LINES = 4;
/** Room for an order's items, so that an item's pk follows from its order's. */
const ITEM_PKS_PER_ORDER = 10;

/** What the n-th order says: a pure function of seed and position. `offersOf` lists what a seller sells. */
export function generateOrder(
  { seed, position, modifiedMs }: { seed: number; position: number; modifiedMs: number },
  offers: readonly Offer[],
  offersOf: ReadonlyMap<string, readonly Offer[]>,
): Order {
  const random = seededRandom(seed, "order", position);
  const items = generateItems(random, position, offers, offersOf);
  const goodsCents = items.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
  const isExpress = random() < 0.2;
  const freightCents = between(random, 900, 2_900) * (isExpress ? 2 : 1);
  const customerPk = 1 + Math.floor(random() ** 2 * CUSTOMERS);
  return {
    pk: position + 1,
    number: toNumber(position),
    amountCents: goodsCents + freightCents,
    placedMs: modifiedMs - Math.floor(random() ** 3 * 12 * HOUR_MS),
    modifiedMs,
    paymentType: pick(random, ["credit_card", "credit_card", "credit_card", "pix", "boleto", "voucher"]),
    cargoCompany: pick(random, ["correios", "correios", "jadlog", "loggi"]),
    shippingOption: isExpress ? "express" : "standard",
    ...generateCustomer(seed, customerPk),
    items,
    lifecycle: generateLifecycle(seed, position, modifiedMs),
  };
}

/** Most are delivered; the others end as orders of the Olist dataset do. */
function generateLifecycle(seed: number, position: number, modifiedMs: number): Lifecycle {
  const random = seededRandom(seed, "ending", position);
  const handedOverMs = modifiedMs + between(random, 4, 72) * HOUR_MS;
  const deliveredMs = handedOverMs + between(random, 2, 12) * DAY_MS + between(random, 0, 12) * HOUR_MS;
  const dice = random();
  if (dice < 0.94) return toLifecycle("delivered", modifiedMs, handedOverMs, deliveredMs);
  if (dice < 0.95) return toLifecycle("shipped", modifiedMs, handedOverMs, null);
  if (dice < 0.97) return toLifecycle("canceled", modifiedMs, null, null);
  if (dice < 0.975) return toLifecycle("canceled", modifiedMs, handedOverMs, null);
  return toLifecycle(dice < 0.99 ? "invoiced" : "processing", modifiedMs, null, null);
}

/** Readable, unique, and enough to find the position again. */
export function toNumber(position: number): string {
  return `SB${String(position + 1).padStart(9, "0")}`;
}

export function parseNumber(number: string): number | null {
  const position = /^SB\d{9,10}$/.test(number) ? Number(number.slice(2)) - 1 : -1;
  return position >= 0 && toNumber(position) === number ? position : null;
}

function generateItems(
  random: () => number,
  position: number,
  offers: readonly Offer[],
  offersOf: ReadonlyMap<string, readonly Offer[]>,
): OrderItem[] {
  const lines = Math.max(1, Math.ceil(random() ** 3 * MAX_LINES));
  const items: OrderItem[] = [];
  while (items.length < lines) {
    const first = items[0];
    const wanted = first !== undefined && random() < 0.6 ? offersOf.get(first.erpCode)! : offers;
    // Squared, so that a few products sell far more than the rest.
    const { product, priceCents, sellers } = wanted[Math.floor(random() ** 2 * wanted.length)]!;
    items.push({
      pk: (position + 1) * ITEM_PKS_PER_ORDER + items.length,
      quantity: random() < 0.8 ? 1 : between(random, 2, 5),
      priceCents,
      product,
      erpCode: pick(random, sellers),
    });
  }
  return items;
}

/** The same person, at the same address, in every order. */
function generateCustomer(seed: number, pk: number): Pick<Order, "customer" | "address"> {
  const random = seededRandom(seed, "customer", pk);
  const { city, state, postcodePrefix } = PLACES[Math.floor(random() ** 2 * PLACES.length)]!;
  return {
    customer: { pk, type: random() < 0.25 ? "guest" : "registered" },
    address: {
      country: "BR",
      state,
      city,
      district: pick(random, ["centro", "jardim america", "boa vista", null]),
      postcode: `${postcodePrefix}-${String(between(random, 0, 999)).padStart(3, "0")}`,
    },
  };
}
