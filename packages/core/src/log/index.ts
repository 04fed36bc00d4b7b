export { createLog, silentLog, type Log, type LogOptions } from "./log.ts";
export { toPrintable } from "./printable.ts";
