export type { FailedRecord, PulledRecord } from "./map-page.ts";
export { mapAgain, type PulledPage, pullPageAgain, pullRecords, type PullTarget } from "./pull-records.ts";
