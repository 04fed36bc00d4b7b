export { cancelAtMs, packAtMs } from "./lifecycle.ts";
export { loadDataset } from "./load-dataset.ts";
export { NoSuchOrder, createOrderState, type ServedOrder, type OrderState } from "./order-state.ts";
export { planShortages, type StockLevels } from "./shortages.ts";
export { createStockOverrides, type StockOverrides } from "./stock-overrides.ts";
export type { Location, Order, OrderItem, OrderSource, Dataset } from "./dataset.ts";
