import type { StockAnswer } from "../../gateways/inventory/port.ts";
import type { StockRow } from "./stock.sql.ts";

/**
 * What the rows become by the engine's answer: the newer of the two wins, and what the engine no longer mentions of a
 * SKU it was asked for is gone. Rows of other SKUs, and rows that know it better, stay out of the result.
 */
export function mergeStock(rows: readonly StockRow[], { levels, asOf }: StockAnswer): StockRow[] {
  const answered = new Map(levels.map(({ sku, erpCode, quantity }) => [placeOf(erpCode, sku), quantity]));
  return rows.flatMap((row) => {
    const sourceUpdatedAt = asOf.get(row.sku);
    if (sourceUpdatedAt === undefined || sourceUpdatedAt < row.sourceUpdatedAt) return [];
    const onHand = answered.get(placeOf(row.erpCode, row.sku)) ?? 0;
    if (onHand === row.onHand && sourceUpdatedAt.getTime() === row.sourceUpdatedAt.getTime()) return [];
    return [{ ...row, onHand, sourceUpdatedAt }];
  });
}

const placeOf = (erpCode: string, sku: string): string => JSON.stringify([erpCode, sku]);
