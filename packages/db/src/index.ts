export { type Committed, commitApart, isDataError, sqlStateOf } from "./data-errors.ts";
export { toErrorText, toRefusalText } from "./error-text.ts";
export { claimedFor, isClaimedBy, isFreeFor, lockedById, unclaimed } from "./claim.ts";
export { openDatabase, type Database, type DatabaseOptions, type Transaction } from "./client.ts";
export { type CountedByState, countByState, type StateCount } from "./count-by-state.ts";
export { openConnection, type DatabaseConnection } from "./own-connection.ts";
export * as enums from "./generated/enums.ts";
export { Prisma } from "./generated/client.ts";
export { countOldRecords, deleteOldRecords, type RetentionRule } from "./retention.ts";
