import type { OrderPlan } from "../rules/plan-order.ts";
import { unitsOf } from "../rules/place-lines.ts";

/** What a planning run has done so far, as the run's result shows it. */
export type PlanCounts = ReturnType<typeof emptyPlanCounts>;

/** The counts of a run that has planned nothing yet. */
export const emptyPlanCounts = () => ({ orders: 0, packages: 0, transfers: 0, outOfStockPackages: 0, shortUnits: 0 });

/** Adds what was planned to the counts. */
export function addPlans(counts: PlanCounts, plans: readonly OrderPlan[]): void {
  const packages = plans.flatMap((plan) => plan.packages);
  counts.orders += plans.length;
  counts.packages += packages.length;
  counts.transfers += packages.reduce((sum, { transfers }) => sum + transfers.length, 0);
  counts.outOfStockPackages += packages.filter(({ state }) => state === "OUT_OF_STOCK").length;
  counts.shortUnits += unitsOf(plans.flatMap(({ shortfalls }) => shortfalls));
}
