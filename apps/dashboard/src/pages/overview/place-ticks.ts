/** By columns, as the api sends them. */
interface Ticks {
  /** In seconds since 1970. */
  readonly at: readonly number[];
  readonly count: readonly number[];
}

interface PlacedTick {
  /** From 0 to 1 of the time that is shown. */
  readonly share: number;
  readonly count: number;
}

/** Ticks nearer than this to the one before would run together: they become one with a number. */
const NEAREST = 1 / 60;

/** Where the ticks of a row stand; those of one place are merged. */
export function placeTicks(ticks: Ticks, toShare: (ms: number) => number): PlacedTick[] {
  const placed: PlacedTick[] = [];
  for (const [index, seconds] of ticks.at.entries()) {
    const share = toShare(seconds * 1_000);
    const count = ticks.count[index] ?? 1;
    const last = placed.at(-1);
    if (last !== undefined && share - last.share < NEAREST)
      placed[placed.length - 1] = { share: last.share, count: last.count + count };
    else placed.push({ share, count });
  }
  return placed;
}
