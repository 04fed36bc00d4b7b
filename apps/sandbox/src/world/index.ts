export { cancelAtMs, packAtMs } from "./fate.ts";
export { loadWorld } from "./load-world.ts";
export { NoSuchOrder, openOrderBook, type BookedOrder, type OrderBook } from "./order-book.ts";
export { planShortages, type Shelves } from "./shortages.ts";
export type { Location, Order, OrderItem, OrderSource, World } from "./world.ts";
