/** One product, and who waits for it. */
export interface AwaitedProduct<Waiting> {
  /** On hand, less what is reserved, less the safety stock. Carts hold nothing. */
  readonly available: bigint;
  /** People who were told in the last 24 hours and have not bought: a piece is theirs for so long. */
  readonly told: number;
  /** Those who confirmed longest ago first. */
  readonly waiting: readonly Waiting[];
}

/**
 * Whom to tell: never more people than there are pieces, so that nobody is called in vain. Below `from` pieces
 * nobody is told, since a product that comes and goes would call one person after the other.
 */
export function planBackInStock<Waiting>(
  { available, told, waiting }: AwaitedProduct<Waiting>,
  from: number,
): readonly Waiting[] {
  if (available < BigInt(from)) return [];
  const free = available - BigInt(told);
  return free <= 0n ? [] : waiting.slice(0, free < BigInt(waiting.length) ? Number(free) : waiting.length);
}
