import { generateDataset } from "./generator/generate-dataset.ts";
import { loadOlistDataset } from "./olist/load-olist-dataset.ts";
import type { OrderSource, Dataset } from "./dataset.ts";

export interface DatasetOptions {
  readonly dataFolder: string | null;
  readonly seed: number;
  /** The first so many; 0 is all. */
  readonly orders: number;
}

/** The Olist files where a folder is given, else a generated dataset. Throws `BadDataFile`. */
export async function loadDataset({ dataFolder, seed, orders }: DatasetOptions): Promise<Dataset> {
  const dataset = dataFolder === null ? generateDataset(seed) : await loadOlistDataset(dataFolder);
  return orders === 0 ? dataset : { ...dataset, orders: firstOf(dataset.orders, orders) };
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
