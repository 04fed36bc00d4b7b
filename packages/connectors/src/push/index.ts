export { type ChangedRecord, type ChangePosition } from "./pending-push.ts";
export { pushRecords, type PushSource } from "./push-records.ts";
