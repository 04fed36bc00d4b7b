export { openDatabase, type Database, type DatabaseOptions, type Transaction } from "./client.ts";
export * as enums from "./generated/enums.ts";
export { Prisma } from "./generated/client.ts";
