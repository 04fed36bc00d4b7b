export { dispatchRuns } from "./dispatch/dispatch-runs.ts";
export { loadQueueCounts, type QueueCounts } from "./dispatch/queue-counts.ts";
export { startRuns, type StartAnswer, type StartRequest } from "./dispatch/start-runs.ts";
export {
  loadChunks,
  loadRun,
  loadRunLog,
  loadRuns,
  RUN_STATUSES,
  type RunCursor,
  type RunDetail,
  type RunFilter,
  type RunLogRow,
  type RunRow,
} from "./ledger/read-runs.sql.ts";
export { startHeartbeat } from "./heartbeat/heartbeat.ts";
export { findOverdue, loadLateOccurrences, type LateOccurrence } from "./liveness/late-occurrences.ts";
export { registerTasks, type RegisteredTask } from "./run-task/registry.ts";
export { startWorker, type RunningWorker, type WorkerOptions } from "./run-task/start-worker.ts";
export { planScheduleChanges, type ScheduleChange, type ScheduleChanges } from "./schedules/plan-schedule-changes.ts";
export { loadSchedules } from "./schedules/schedule-rows.sql.ts";
export { toDesiredSchedule, toDesiredSchedules, type DesiredSchedule, type Schedule } from "./schedules/schedule.ts";
export { DatabaseUnreachable, MissingTables } from "./stores/check-database.ts";
export { findStores, MissingStores } from "./stores/find-stores.ts";
export { openStores, type StoreConfig, type Stores } from "./stores/open-stores.ts";
export { startBeat, type BeatOptions, type RunningBeat } from "./start-beat.ts";
export { createTickAlarm } from "./tick/tick-alarm.ts";
