export { type CommandLine, openCommandLine } from "./command-line.ts";
export { startApp, type AppProcess } from "./app-process.ts";
export { createFinding } from "./create-finding.ts";
export {
  HOSTILE,
  PACKED,
  patienceMs,
  plain,
  type RawAnswer,
  type RawServer,
  startRawServer,
} from "./hostile-answers.ts";
export { askSandbox, startSandbox, type Sandbox, type SandboxOptions } from "./sandbox-process.ts";
export { testDatabase, type TestDatabase, type TestDatabaseOptions } from "./test-database.ts";
export { redisIsThere, testRedis, type TestRedis } from "./test-redis.ts";
export { PATIENCE, untilTrue, type UntilTrueOptions } from "./until-true.ts";
export { countPageReads, fillTable, type PageReads } from "./page-reads.ts";
export { startTaskRun, type TaskRun, type TaskRunOptions } from "./task-run.ts";
