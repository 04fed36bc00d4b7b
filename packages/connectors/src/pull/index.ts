export { pullRecords, type PullTarget } from "./pull-records.ts";
