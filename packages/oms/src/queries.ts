import { type CountedByState, countByState, type Database } from "@drumline/db";

export { type AttemptDetail, attemptDetailSchema, loadAttempt } from "./queries/attempt-detail.sql.ts";
export { loadOrder, type OrderDetail, orderDetailSchema } from "./queries/order-detail.sql.ts";
export { loadOrderEvents, MOST_EVENTS, orderEventSchema } from "./queries/order-events.sql.ts";
export { countOrders, loadChannels, loadOrders, type OrderFilter, orderSummarySchema } from "./queries/orders.sql.ts";
export {
  loadPackage,
  loadPackages,
  type PackageFilter,
  packageSchema,
  type PackageView,
} from "./queries/packages.sql.ts";
export {
  loadTransfer,
  loadTransfers,
  type TransferFilter,
  transferSchema,
  type TransferView,
} from "./queries/transfers.sql.ts";

/** How much the OMS holds, by state; each exact while it is small (`countByState`). */
export interface WorkCounts {
  readonly orders: CountedByState;
  readonly plans: CountedByState;
  readonly packages: CountedByState;
}

export async function countWork(db: Database): Promise<WorkCounts> {
  const [orders, plans, packages] = await Promise.all([
    countByState(db, "orders"),
    countByState(db, "order_execution_plan"),
    countByState(db, "package"),
  ]);
  return { orders, plans, packages };
}

/** Packages that somebody still has to do with: all but the cancelled ones. */
export const countKeptPackages = ({ packages }: WorkCounts): number =>
  packages.counts.reduce((sum, { state, count }) => (state === "CANCELLED" ? sum : sum + count), 0);
