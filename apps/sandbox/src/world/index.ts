export { loadWorld } from "./load-world.ts";
export { NoSuchOrder, openOrderBook, type BookedOrder, type OrderBook } from "./order-book.ts";
export { planShortages } from "./shortages.ts";
export type { Location, Order, OrderItem, World } from "./world.ts";
