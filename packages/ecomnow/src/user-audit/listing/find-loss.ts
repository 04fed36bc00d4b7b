/** How many there were of each, once a listing was at its end. */
export interface ListingSize {
  /** Users in the pool. */
  readonly listed: number;
  /** Those of them that belong to the platform. */
  readonly ofPlatform: number;
  /** Rows of the platform in aws_user_view. */
  readonly inView: number;
}

const NAMES: Readonly<Record<keyof ListingSize, string>> = {
  listed: "users in the pool",
  ofPlatform: "users of the platform",
  inView: "rows of the platform in aws_user_view",
};

/**
 * What is missing against the last cycle that counts, in words; null where all is within the share. `removedByUs` is what
 * our own actions took away since: that is no loss. A listing that lost more may be a half-read one, and then everybody
 * who is missing would look as if they had left.
 */
export function findLoss(
  now: ListingSize,
  last: ListingSize | null,
  removedByUs: ListingSize,
  maxLossPercent: number,
): string | null {
  if (last === null) return null;
  const losses = (Object.keys(NAMES) as (keyof ListingSize)[]).flatMap((what) => {
    const expected = last[what] - removedByUs[what];
    const lost = expected - now[what];
    if (lost <= 0 || lost * 100 <= expected * maxLossPercent) return [];
    return [`${now[what]} ${NAMES[what]} where ${expected} were expected`];
  });
  return losses.length === 0 ? null : losses.join(", ");
}
