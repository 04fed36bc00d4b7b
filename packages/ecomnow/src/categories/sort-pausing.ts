import type { Yielder } from "@drumline/core/process";

/** Sorted natively in pieces, which are then merged: no piece holds the event loop for long. */
const PIECE_ITEMS = 500;

/** As `toSorted(compare)`, stable, for lists so long that sorting them at once would hold the event loop. */
export async function sortPausing<Item>(
  items: readonly Item[],
  compare: (left: Item, right: Item) => number,
  pause: Yielder,
): Promise<Item[]> {
  let pieces: Item[][] = [];
  for (let from = 0; from < items.length; from += PIECE_ITEMS) {
    pieces.push(items.slice(from, from + PIECE_ITEMS).sort(compare));
    await pause();
  }
  while (pieces.length > 1) {
    const merged: Item[][] = [];
    for (let pair = 0; pair < pieces.length; pair += 2)
      merged.push(await merge(pieces[pair]!, pieces[pair + 1] ?? [], compare, pause));
    pieces = merged;
  }
  return pieces[0] ?? [];
}

async function merge<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (left: Item, right: Item) => number,
  pause: Yielder,
): Promise<Item[]> {
  const merged: Item[] = [];
  let [fromLeft, fromRight] = [0, 0];
  while (fromLeft < left.length || fromRight < right.length) {
    const isLeft =
      fromRight >= right.length || (fromLeft < left.length && compare(left[fromLeft]!, right[fromRight]!) <= 0);
    merged.push(isLeft ? left[fromLeft++]! : right[fromRight++]!);
    // A pause costs as much as several steps.
    if (merged.length % PIECE_ITEMS === 0) await pause();
  }
  return merged;
}
