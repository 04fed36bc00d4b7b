import { HOUR_MS } from "@drumline/core/clock";

import { seededRandom } from "../../seeded-random.ts";
import { lowerBound } from "../lower-bound.ts";
import { centralLocation, type OrderSource, type StockLine, type Dataset } from "../dataset.ts";
import { generateOffers, generateSellers, type Offer } from "./assortment.ts";
import { generateOrder, parseNumber } from "./generate-order.ts";
import { arrivalMs, ORDERS_PER_WEEK } from "./rhythm.ts";

/** A Monday, midnight in São Paulo, which has had no summer time since 2019. */
const FIRST_ORDER_DAY_MS = Date.UTC(2025, 0, 6, 3);
/** The clock starts when the morning does, so that a first look meets some orders and a busy stream. */
const STARTS_AT_MS = FIRST_ORDER_DAY_MS + 8 * HOUR_MS;
/** So many that no stream of orders empties a location. */
const UNITS_PER_LOCATION = 1_000_000;

/** A dataset out of a seed: sellers, products and an endless stream of orders, the same at any time it is asked. */
export function generateDataset(seed: number): Dataset {
  const sellers = generateSellers(seed);
  const offers = generateOffers(seed, sellers);
  return {
    name: `generator:${seed}`,
    startsAtMs: STARTS_AT_MS,
    defaultSpeed: 0.01,
    locations: [centralLocation, ...sellers],
    stock: new Map(offers.map((offer) => [offer.product.sku, toStockLines(offer)])),
    firstWantedMs: () => STARTS_AT_MS,
    orders: generateOrders(seed, offers),
  };
}

function toStockLines({ sellers }: Offer): StockLine[] {
  return sellers.map((erpCode) => ({ erpCode, quantity: UNITS_PER_LOCATION }));
}

function generateOrders(seed: number, offers: readonly Offer[]): OrderSource {
  const offersOf = new Map<string, Offer[]>();
  for (const offer of offers) {
    for (const erpCode of offer.sellers) offersOf.set(erpCode, [...(offersOf.get(erpCode) ?? []), offer]);
  }
  const modifiedMsAt = (position: number) =>
    FIRST_ORDER_DAY_MS + arrivalMs(position, seededRandom(seed, "arrival", position)());
  return {
    total: null,
    countUntil: (instantMs) => {
      const weeks = Math.max(0, Math.floor((instantMs - FIRST_ORDER_DAY_MS) / (7 * 24 * HOUR_MS)) + 1);
      return lowerBound(weeks * ORDERS_PER_WEEK, (position) => modifiedMsAt(position) > instantMs);
    },
    modifiedMsAt,
    at: (position) => generateOrder({ seed, position, modifiedMs: modifiedMsAt(position) }, offers, offersOf),
    positionOf: parseNumber,
  };
}
