import { HOUR_MS } from "@drumline/core/clock";

import { lowerBound } from "../lower-bound.ts";

export const ORDERS_PER_WEEK = 3_500;
const HOURS_PER_WEEK = 7 * 24;

/** Share of a day's orders by hour of the São Paulo day, and of a week's by day from Monday on; only proportions count. */
const HOURS = [3, 2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 7, 6, 7, 7, 7, 7, 6, 6, 6, 7, 7, 6, 5];
const WEEKDAYS = [16, 16, 15, 15, 14, 11, 13];

/** Part of the week's orders that have come by the start of each hour; ends in 1. */
const COME_BY_HOUR = cumulate(WEEKDAYS.flatMap((day) => HOURS.map((hour) => day * hour)));

/**
 * When the n-th order comes, in ms after the first Monday's midnight. A pure function that never decreases with `n`
 * as long as `jitter` stays in [0, 1): each order falls somewhere in its own slice of the week's rhythm.
 */
export function arrivalMs(n: number, jitter: number): number {
  const week = Math.floor(n / ORDERS_PER_WEEK);
  const part = ((n % ORDERS_PER_WEEK) + jitter) / ORDERS_PER_WEEK;
  const hour = lowerBound(HOURS_PER_WEEK - 1, (candidate) => COME_BY_HOUR[candidate + 1]! > part);
  const start = COME_BY_HOUR[hour]!;
  const within = (part - start) / (COME_BY_HOUR[hour + 1]! - start);
  return Math.floor((week * HOURS_PER_WEEK + hour + within) * HOUR_MS);
}

function cumulate(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return [0, ...weights.map((weight) => (sum += weight) / total)];
}
