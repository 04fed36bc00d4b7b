import { generateWorld } from "./generator/generate-world.ts";
import { loadOlistWorld } from "./olist/load-olist-world.ts";
import type { OrderSource, World } from "./world.ts";

export interface WorldWish {
  readonly dataFolder: string | null;
  readonly seed: number;
  /** The first so many; 0 is all. */
  readonly orders: number;
}

/** The Olist files where a folder is given, else a generated world. Throws `BadDataFile`. */
export async function loadWorld({ dataFolder, seed, orders }: WorldWish): Promise<World> {
  const world = dataFolder === null ? generateWorld(seed) : await loadOlistWorld(dataFolder);
  return orders === 0 ? world : { ...world, orders: firstOf(world.orders, orders) };
}

function firstOf(source: OrderSource, most: number): OrderSource {
  const total = Math.min(most, source.total ?? Infinity);
  return {
    ...source,
    total,
    countUntil: (instantMs) => Math.min(total, source.countUntil(instantMs)),
    positionOf: (number) => {
      const position = source.positionOf(number);
      return position !== null && position < total ? position : null;
    },
  };
}
