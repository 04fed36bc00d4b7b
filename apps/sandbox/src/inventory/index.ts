export { stockQueryRoute } from "./stock-query.ts";
