import { DAY_MS } from "@drumline/core/clock";

import { between, seededRandom } from "../seeded-random.ts";

const LONGEST_SHORTAGE_DAYS = 5;

/**
 * Which products are out of stock everywhere, and until when: a seeded `share` of them, each for one to five
 * virtual days from the world's start. Nothing else ever runs dry.
 */
export function planShortages({ seed, share, startsAtMs }: { seed: number; share: number; startsAtMs: number }) {
  return (sku: string, nowMs: number): boolean => {
    const random = seededRandom(seed, "short", sku);
    return random() < share && nowMs < startsAtMs + between(random, 1, LONGEST_SHORTAGE_DAYS) * DAY_MS;
  };
}
