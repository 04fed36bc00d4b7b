/** Random numbers that come again with their seed. */
export interface Dice {
  /** 0 … 1 */
  roll(): number;
  pick<Item>(items: readonly Item[]): Item;
  shuffle<Item>(items: readonly Item[]): Item[];
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  // mulberry32
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    pick: (items) => items[Math.floor(roll() * items.length)]!,
    shuffle: (items) => {
      const left = [...items];
      return items.map(() => left.splice(Math.floor(roll() * left.length), 1)[0]!);
    },
  };
}

/** Dice of one thing: the same keys throw the same, whatever was thrown for others before. */
export function diceOf(...keys: readonly (string | number)[]): Dice {
  // FNV-1a
  let hash = 0x811c9dc5;
  for (const character of keys.join("/")) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return createDice(Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0);
}
