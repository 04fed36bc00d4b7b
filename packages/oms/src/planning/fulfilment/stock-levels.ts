import { placeOf, type StockAnswer } from "../../gateways/inventory/port.ts";
import { groupBy } from "../../group-by.ts";
import { type AwaitedUnits, planStockLevel } from "../../reservations/plan-stock-level.ts";
import type { ChangedRow, StockRow } from "./stock.sql.ts";

/** What the engine's answer makes of stock rows, and of the units awaited there; what stays as it is, is left out. */
export interface LevelChanges {
  readonly rows: readonly ChangedRow[];
  readonly awaited: readonly { readonly id: bigint; readonly units: number }[];
}

/** Rows at which units may be awaited: what is on hand is less than the engine said, or is not known to be the same. */
export const mayBeAwaited = ({ onHand, engineLevel }: StockRow): boolean => onHand !== engineLevel || onHand === 0;

/**
 * What the rows become by the engine's answer: the newer of the two wins, and what the engine no longer mentions of a
 * SKU it was asked for is gone, unless it said something that cannot be read. Rows of other SKUs, and rows that know it
 * better, stay out of the result.
 */
export function planLevels(
  rows: readonly StockRow[],
  { levels, asOf, unread }: StockAnswer,
  awaited: readonly (AwaitedUnits & Pick<StockRow, "locationId" | "productId">)[],
  forgottenBefore: Date,
): LevelChanges {
  const answered = new Map(levels.map(({ sku, erpCode, quantity }) => [placeOf(erpCode, sku), quantity]));
  const awaitedByPlace = groupBy(awaited, ({ locationId, productId }) => `${locationId} ${productId}`);
  const changes = rows.flatMap((row) => {
    const sourceUpdatedAt = asOf.get(row.sku);
    if (sourceUpdatedAt === undefined || sourceUpdatedAt < row.sourceUpdatedAt) return [];
    const place = placeOf(row.erpCode, row.sku);
    const told = answered.get(place) ?? (unread?.has(place) || unread?.has(row.sku) ? null : 0);
    if (told === null) return [];
    const here = awaitedByPlace.get(`${row.locationId} ${row.productId}`) ?? [];
    const { onHand, engineLevel, hasRisen, ...next } = planStockLevel(row, told, here, forgottenBefore);
    const isSame = onHand === row.onHand && engineLevel === row.engineLevel && next.awaited.length === 0;
    if (isSame && sourceUpdatedAt.getTime() === row.sourceUpdatedAt.getTime()) return [];
    return [{ row: { ...row, onHand, engineLevel, hasRisen, sourceUpdatedAt }, awaited: next.awaited }];
  });
  return { rows: changes.map(({ row }) => row), awaited: changes.flatMap((change) => change.awaited) };
}
