/** Units that left a location, packed or sent, and that the inventory engine still counts there. */
export interface AwaitedUnits {
  readonly id: bigint;
  readonly units: number;
  /** When they left. */
  readonly since: Date;
}

/** A stock row as far as its level goes. */
export interface KnownLevel {
  /** The engine's last word; null where it is not known. */
  readonly engineLevel: number | null;
  /** That word without the units awaited. */
  readonly onHand: number;
}

/** What a stock row becomes, and what is awaited after that of those that change. */
export interface NextLevel {
  readonly engineLevel: number;
  readonly onHand: number;
  readonly hasRisen: boolean;
  readonly awaited: readonly { readonly id: bigint; readonly units: number }[];
}

/**
 * What a location has of a product by a new word of the engine. Units that left are not there, whatever the engine counts,
 * until its level falls: the fall is taken for those that left first. A fall may never be seen, where goods came in at the
 * same time, so that units which left before `forgottenBefore` are awaited no longer. Pure; `awaited` is oldest first.
 */
export function planStockLevel(
  { engineLevel, onHand }: KnownLevel,
  told: number,
  awaited: readonly AwaitedUnits[],
  forgottenBefore: Date,
): NextLevel {
  const before = engineLevel ?? onHand + awaited.reduce((sum, { units }) => sum + units, 0);
  let fall = Math.max(0, before - told);
  let left = 0;
  const changed: { id: bigint; units: number }[] = [];
  for (const { id, units, since } of awaited) {
    const seen = Math.min(fall, units);
    fall -= seen;
    const still = since <= forgottenBefore ? 0 : units - seen;
    left += still;
    if (still !== units) changed.push({ id, units: still });
  }
  return { engineLevel: told, onHand: Math.max(0, told - left), hasRisen: told > before, awaited: changed };
}
