export { chooseRuns } from "./choose-runs.ts";
export { dueWithin } from "./due-schedules.ts";
export { type EnvironmentOptions, openReplayEnvironment, type ReplayEnvironment } from "./replay-environment.ts";
export { parseReplayOptions, type RawReplayOptions, type ReplayOptions } from "./replay-options.ts";
export { replay, type ReplaySurroundings } from "./replay.ts";
export type { ReplayReport } from "./report.ts";
export { runTasks, RunsHang } from "./run-tasks.ts";
export type { CancellationSeen, CancellationWish, SandboxClient, StockSaid } from "./sandbox-client.ts";
export { startKilling } from "./start-killing.ts";
