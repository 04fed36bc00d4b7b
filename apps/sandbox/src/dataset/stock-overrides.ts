import type { StockLevels } from "./shortages.ts";

/** What is at a location from now on, whatever the dataset says; null gives the word back to the dataset. */
export interface StockOverride {
  readonly sku: string;
  readonly erpCode: string;
  readonly quantity: number | null;
}

/** Stock levels that whoever steers the sandbox may put right or wrong. */
export interface StockOverrides extends StockLevels {
  set(overrides: readonly StockOverride[]): void;
}

export function createStockOverrides(levels: StockLevels): StockOverrides {
  const overrides = new Map<string, ReadonlyMap<string, number>>();
  return {
    counted: (sku, nowMs) => {
      const own = overrides.get(sku);
      const lines = levels.counted(sku, nowMs);
      if (own === undefined) return lines;
      return [
        ...lines.filter(({ erpCode }) => !own.has(erpCode)),
        ...[...own].map(([erpCode, quantity]) => ({ erpCode, quantity })),
      ];
    },
    isEmpty: (sku, erpCode, nowMs) => {
      const quantity = overrides.get(sku)?.get(erpCode);
      return quantity === undefined ? levels.isEmpty(sku, erpCode, nowMs) : quantity === 0;
    },
    set: (changes) => {
      for (const { sku, erpCode, quantity } of changes) {
        const own = new Map(overrides.get(sku));
        if (quantity === null) own.delete(erpCode);
        else own.set(erpCode, quantity);
        overrides.set(sku, own);
      }
    },
  };
}
