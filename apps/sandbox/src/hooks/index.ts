export { type HookBook, openHookBook } from "./hook-book.ts";
export { hookRoutes } from "./hook-routes.ts";
