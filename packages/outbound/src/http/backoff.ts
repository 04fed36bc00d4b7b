export const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;

/** Exponential with equal jitter: between half and all of `firstMs` · 2^(attempt − 1), at most 10 s. `random` is in [0, 1). */
export function backoffMs(attempt: number, random: () => number, firstMs = FIRST_DELAY_MS): number {
  const ceilingMs = Math.min(LONGEST_DELAY_MS, firstMs * 2 ** (attempt - 1));
  return Math.round(ceilingMs / 2 + (ceilingMs / 2) * random());
}
