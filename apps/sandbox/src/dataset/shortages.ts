import { DAY_MS } from "@drumline/core/clock";

import { between, pick, seededRandom } from "../seeded-random.ts";
import type { Location, StockLine, Dataset } from "./dataset.ts";

const LONGEST_SHORTAGE_DAYS = 5;

/** The stock that is really there, and the stock that the inventory engine believes in. */
export interface StockLevels {
  /** What the engine says is there: 0 while the product is short and the engine knows it. */
  counted(sku: string, nowMs: number): readonly StockLine[];
  /** What a person finds there: nothing while the product is short, whatever the engine says. */
  isEmpty(sku: string, erpCode: string, nowMs: number): boolean;
}

/**
 * Which products are short, where, and until when: a seeded `share` of them, each for one to five virtual days from the
 * moment it is first wanted. Of half of these the engine knows; of the others it counts stock that is not there, and a
 * second location has as much of it, so that who looks for another source finds one. Nothing else ever runs dry.
 */
export function planShortages(
  { stock, locations, firstWantedMs }: Pick<Dataset, "stock" | "locations" | "firstWantedMs">,
  { seed, share }: { seed: number; share: number },
): StockLevels {
  const shortageOf = (sku: string) => {
    const random = seededRandom(seed, "short", sku);
    if (random() >= share) return null;
    const untilMs = firstWantedMs(sku) + between(random, 1, LONGEST_SHORTAGE_DAYS) * DAY_MS;
    return { untilMs, isKnown: random() < 0.5, random };
  };
  return {
    counted: (sku, nowMs) => {
      const lines = stock.get(sku) ?? [];
      const shortage = shortageOf(sku);
      if (shortage === null) return lines;
      if (!shortage.isKnown) return [...lines, ...secondSource(lines, locations, shortage.random)];
      return nowMs < shortage.untilMs ? lines.map((line) => ({ ...line, quantity: 0 })) : lines;
    },
    isEmpty: (sku, erpCode, nowMs) => {
      const shortage = shortageOf(sku);
      const isOfferedThere = (stock.get(sku) ?? []).some((line) => line.erpCode === erpCode);
      return shortage !== null && isOfferedThere && nowMs < shortage.untilMs;
    },
  };
}

function secondSource(lines: readonly StockLine[], locations: readonly Location[], random: () => number): StockLine[] {
  const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
  const carriers = new Set(lines.map(({ erpCode }) => erpCode));
  const others = locations.slice(1).filter(({ erpCode }) => !carriers.has(erpCode));
  return quantity === 0 || others.length === 0 ? [] : [{ erpCode: pick(random, others).erpCode, quantity }];
}
