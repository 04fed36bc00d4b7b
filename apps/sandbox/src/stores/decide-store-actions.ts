import { packAtMs, type OrderSource, type StockLevels } from "../dataset/index.ts";

/** A package or transfer that waits for somebody in the store, in the sender's own words. */
export interface Waiting {
  readonly id: string;
  readonly orderNumber: string;
  /** Where it is to be packed or picked. */
  readonly erpCode: string;
  readonly skus: readonly string[];
}

/** What the store does about it now: PACK, or leave it, for now (WAIT) or for good (NEVER); `missing` SKUs are not there. */
export interface StoreAction {
  readonly id: string;
  readonly act: "PACK" | "WAIT" | "NEVER" | "MISSING";
  readonly missing: readonly string[];
}

/** A store packs when the order's lifecycle says so, and finds out then what is not there. */
export function decideStoreActions(
  { orders, stockLevels }: { readonly orders: OrderSource; readonly stockLevels: StockLevels },
  waiting: readonly Waiting[],
  nowMs: number,
): StoreAction[] {
  return waiting.map(({ id, orderNumber, erpCode, skus }) => {
    const position = orders.positionOf(orderNumber);
    const packMs = position === null ? null : packAtMs(orders.at(position));
    if (packMs === null || packMs > nowMs) return { id, act: packMs === null ? "NEVER" : "WAIT", missing: [] };
    const missing = skus.filter((sku) => stockLevels.isEmpty(sku, erpCode, nowMs));
    return { id, act: missing.length > 0 ? "MISSING" : "PACK", missing };
  });
}
