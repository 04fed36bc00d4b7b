export { type Backfill, backfillSchedule } from "./backfill/backfill-schedule.ts";
export {
  abortBulkAction,
  type BulkAction,
  BULK_OUTCOMES,
  BULK_STATES,
  type BulkRow,
  type BulkOutcome,
  insertBulkAction,
  loadBulkAction,
  loadBulkActions,
  loadBulkRows,
  loadBulkVersions,
} from "./bulk/bulk-actions.sql.ts";
export { type BulkWork, workNextBulkAction } from "./bulk/work-bulk-action.ts";
export { loadRunStates } from "./dispatch/ended-run.sql.ts";
export { dispatchRuns } from "./dispatch/dispatch-runs.ts";
export { loadUnservedTasks, type UnservedTask } from "./dispatch/unserved-runs.sql.ts";
export { loadOldestWaiting } from "./dispatch/oldest-waiting.sql.ts";
export { loadQueueCounts, type QueueCounts } from "./dispatch/queue-counts.ts";
export { RefusedRetry, retryRun, retryRuns } from "./dispatch/retry-run.ts";
export { startRuns, type StartAnswer, type StartRequest } from "./dispatch/start-runs.ts";
export { type DuplicateGuard, duplicateSettings, toDuplicateGuard } from "./ledger/duplicate-guard.ts";
export { cancelRun, cancelRuns, type CancelledRuns } from "./ledger/cancel-run.sql.ts";
export { RunChanged } from "./ledger/run-version.sql.ts";
export {
  loadChunks,
  loadRun,
  loadRunLog,
  loadRunLogAfter,
  loadRuns,
  type RunCursor,
  runCursorOf,
  type RunDetail,
  type RunLogRow,
  type RunRow,
} from "./ledger/read-runs.sql.ts";
export { countRuns, type RunCount } from "./ledger/count-runs.sql.ts";
export { type FailureGroup, loadFailures } from "./ledger/failures.sql.ts";
export { loadRunVersions, loadScheduleVersions, type RowVersion } from "./ledger/recent-changes.sql.ts";
export { loadRunSeries, type RunSeriesStep } from "./ledger/run-series.sql.ts";
export { loadStripCells, loadStripRuns, type StripCell, type StripRun } from "./ledger/schedule-strips.sql.ts";
export { planRunOrder, RUN_INSTANTS, type RunFilter } from "./ledger/run-filter.sql.ts";
export { ENDED_STATUSES, RUN_ORIGINS, RUN_STATUSES, type RunStatus } from "./ledger/run-states.ts";
export {
  type KeyedRequest,
  type RecordedAnswer,
  releaseKey,
  type Reservation,
  reserveKey,
  saveAnswer,
} from "./idempotency/idempotency-keys.sql.ts";
export { isLiving, loadLivingProcesses, SILENT_AFTER_MS } from "./heartbeat/living-processes.ts";
export { type ProcessWork, toProcessWork, toQueueWorkers } from "./heartbeat/queue-workers.ts";
export { startHeartbeat } from "./heartbeat/heartbeat.ts";
export { loadProcesses, type ProcessRow } from "./heartbeat/heartbeat.sql.ts";
export { loadLateOccurrences, type LateOccurrence } from "./liveness/late-occurrences.ts";
export {
  closeWindow,
  createWindow,
  endWindow,
  updateWindow,
  type WindowContext,
  type WindowPatch,
} from "./maintenance/change-window.ts";
export {
  loadPastPeriods,
  loadPeriodsInForce,
  loadPeriodsUntil,
  type MaintenancePeriod,
  type PeriodCursor,
} from "./maintenance/periods.sql.ts";
export { NoSuchWindow, RefusedWindow, WindowChanged, WindowNotOpen } from "./maintenance/refusals.ts";
export {
  loadWindow,
  loadWindowChanges,
  loadWindows,
  type MaintenanceWindow,
  WINDOW_ACTIONS,
  type WindowCursor,
} from "./maintenance/windows.sql.ts";
export type { Ping, Pings } from "./pings/pings.ts";
export { maintenanceHandlers } from "./retention/delete-old-records.ts";
export { engineRetentionSettings, toEngineRetention } from "./retention/rules.ts";
export { type DeadlyRun, loadDeadlyRuns, loadRecentDeaths } from "./liveness/worker-deaths.sql.ts";
export { registerTasks, type RegisteredTask } from "./run/registry.ts";
export type { WorkerTotals } from "./run/task-totals.ts";
export { startWorker, type RunningWorker, type WorkerOptions } from "./run/start-worker.ts";
export {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  switchSchedule,
  updateSchedule,
  type ChangeContext,
  type Pause,
} from "./schedules/change-schedule.ts";
export { planTrigger, type SchedulePatch } from "./schedules/plan-schedule.ts";
export { planScheduleChanges, type ScheduleChange, type ScheduleChanges } from "./schedules/plan-schedule-changes.ts";
export {
  NoSuchSchedule,
  ReadOnlySchedule,
  RefusedSchedule,
  ScheduleChanged,
  ScheduleExists,
  type FieldProblem,
} from "./schedules/refusals.ts";
export { runSchedule } from "./schedules/run-schedule.ts";
export { CHANGE_ACTIONS, loadScheduleChanges, type ScheduleChangeRow } from "./schedules/schedule-changes.sql.ts";
export {
  loadFlaggedSchedules,
  loadNamedSchedules,
  loadSchedule,
  loadSchedulePage,
  loadSchedules,
  loadSchedulesVersion,
  loadSwitchedOffTasks,
  SCHEDULE_STATES,
  type ScheduleFilter,
  type ScheduleState,
} from "./schedules/schedule-rows.sql.ts";
export {
  toDesiredSchedule,
  toDesiredSchedules,
  toTriggerText,
  type DesiredSchedule,
  type Schedule,
  type StoredSchedule,
} from "./schedules/schedule.ts";
export { checkWritable, DatabaseUnreachable, MissingTables, UnfitDatabase } from "./databases/check-database.ts";
export { findDatabases, MissingDatabases } from "./databases/find-databases.ts";
export { openDatabases, type DatabaseConfig, type Databases } from "./databases/open-databases.ts";
export { startBeat, type BeatOptions, type RunningBeat } from "./start-beat.ts";
export { isPaused } from "./tick/plan-occurrences.ts";
export { createTickTimer } from "./schedules/tick-timer.ts";
export {
  loadSecurityEvents,
  recordSecurityEvent,
  SECURITY_EVENT_KINDS,
  type SecurityEventFilter,
  type SecurityEventKind,
} from "./security-log/security-events.sql.ts";
export {
  endSession,
  findSession,
  type LivingSession,
  loadSessions,
  SESSION_LIFE_MS,
  type SessionCursor,
  SIGN_IN_METHODS,
  type SignInMethod,
  startSession,
} from "./users/sessions.sql.ts";
export { createSignInLink, type SignInLink, useSignInLink } from "./users/sign-in-links.sql.ts";
export {
  ADMIN_TOKEN_NAME,
  createToken,
  type IssuedToken,
  issueToken,
  MOST_OLD_MS,
  NoSuchToken,
  RefusedToken,
  revokeToken,
  rotateToken,
  type TokenChange,
} from "./tokens/change-token.ts";
export { type Scope, SCOPE_MEANINGS, SCOPES } from "./tokens/scope.ts";
export { includesRole, ROLES, type Role } from "./tokens/role.ts";
export { createRandom, createSecret, hashSecret, isSameHash } from "./tokens/secret.ts";
export {
  hasAdminToken,
  loadToken,
  loadTokenByHash,
  loadTokenPage,
  loadTokens,
  markTokenUsed,
  type TokenRow,
} from "./tokens/tokens.sql.ts";
export { createUser, type NewUser, updateUser, type UserContext, type UserPatch } from "./users/change-user.ts";
export { followIdentity, type ProvenIdentity, type RefusedIdentity } from "./users/follow-identity.ts";
export {
  beginProviderSignIn,
  PROVIDER_SIGN_IN_LIFE_MS,
  type ProviderSignIn,
  takeProviderSignIn,
} from "./users/provider-sign-ins.sql.ts";
export { loadOthersWhoMay, tellApart, type Told } from "./users/people-behind.sql.ts";
export { createPasswords, type Passwords, TooManyHashes } from "./users/passwords.ts";
export { DisabledUser, NoSuchUser, RefusedUser, UserChanged, UserNameTaken } from "./users/refusals.ts";
export { hasAdminUser, hasUser, loadCredentials, loadUser, loadUsers, type UserRow } from "./users/users.sql.ts";
