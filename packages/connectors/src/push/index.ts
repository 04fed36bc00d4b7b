export { type ChangedRecord, type ChangePosition } from "./pending-push.ts";
export { type PushOutcome, pushRecords, type PushSource } from "./push-records.ts";
