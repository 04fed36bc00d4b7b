export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0 … 1: spreads the pause over its upper half, so that what failed together does not come back together. */
  readonly random?: number;
}

/** 2^53 times the first pause is longer than any longest one, and still a number. */
const MOST_DOUBLINGS = 53;

/** Milliseconds to wait after so many failures in a row (1 is the first): doubles with each. Every pause that grows is one of these. */
export function backoffAfter(failures: number, { firstMs, longestMs, random = 1 }: Backoff): number {
  const doublings = Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
  const fullMs = Math.min(longestMs, firstMs * 2 ** doublings);
  return Math.round(fullMs * (0.5 + random / 2));
}
