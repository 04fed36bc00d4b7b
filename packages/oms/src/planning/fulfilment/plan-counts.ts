import type { JsonObject } from "@drumline/core/task";

import type { OrderPlan } from "./plan-order.ts";
import { unitsOf } from "./place-lines.ts";

export interface PlanTally {
  add(plans: readonly OrderPlan[]): void;
  orders(): number;
  /** True once per SKU and run. */
  isFirstUnknown(sku: string): boolean;
  counts(): JsonObject;
}

/** What a planning run has done so far, as the run's result shows it. */
export function createPlanTally(): PlanTally {
  const counts = { orders: 0, packages: 0, transfers: 0, outOfStockPackages: 0, shortUnits: 0 };
  const unknownSkus = new Set<string>();

  return {
    add(plans) {
      const packages = plans.flatMap((plan) => plan.packages);
      counts.orders += plans.length;
      counts.packages += packages.length;
      counts.transfers += packages.reduce((sum, { transfers }) => sum + transfers.length, 0);
      counts.outOfStockPackages += packages.filter(({ state }) => state === "OUT_OF_STOCK").length;
      counts.shortUnits += unitsOf(plans.flatMap(({ shortfalls }) => shortfalls));
    },
    orders: () => counts.orders,
    isFirstUnknown(sku) {
      const isFirst = !unknownSkus.has(sku);
      unknownSkus.add(sku);
      return isFirst;
    },
    counts: () => ({ ...counts, unknownSkus: unknownSkus.size }),
  };
}
