import { mappingSettings } from "@drumline/connectors/mapping";
import {
  collectSettings,
  type Env,
  integer,
  listOf,
  loadEnvFile,
  readSettings,
  type Settings,
  statementSeconds,
  databaseSettings,
  unchecked,
  type ValuesOf,
} from "@drumline/core/config";
import { TASK_QUEUES, type TaskQueue } from "@drumline/core/queue";
import { metricsSettings, toWorkerNodeFlags, workerHeapMb } from "@drumline/core/process";
import { ecomnowRetentionSettings, ecomnowSettings } from "@drumline/ecomnow";
import { engineRetentionSettings } from "@drumline/engine";
import { integrationSettings } from "@drumline/integration";
import { omsRetentionSettings, omsSettings } from "@drumline/oms";
import { mailRetentionSettings } from "@drumline/outbound/mail";
import { pingSettings } from "@drumline/outbound/pings";
import { problemRetentionSettings } from "@drumline/problems";
import { shopRetentionSettings, shopSettings } from "@drumline/shop";
import { parse } from "dotenv";

/** What a worker reads from the environment. */
export const workerSettings = {
  ...databaseSettings,
  statementSeconds: statementSeconds("WORKER", 120),
  queues: listOf("WORKER_QUEUES", TASK_QUEUES, {
    about: "Queues this worker consumes, comma-separated.",
  }),
  concurrency: integer("WORKER_CONCURRENCY", {
    fallback: 20,
    min: 1,
    max: 500,
    about: "Runs at once per queue in one worker process.",
  }),
  workerHeapMb,
  leaseSeconds: integer("WORKER_LEASE_SECONDS", {
    fallback: 30,
    min: 2,
    max: 3_600,
    about: "Seconds without a sign of life after which another worker may take over a run.",
  }),
  shutdownGraceSeconds: integer("SHUTDOWN_GRACE_SECONDS", {
    fallback: 25,
    min: 0,
    max: 3_600,
    about: "Seconds a stop waits for running handlers before it tells them to stop and hands their runs back.",
  }),
  ...metricsSettings,
  ...pingSettings,
  ...engineRetentionSettings,
  ...mailRetentionSettings,
  ...problemRetentionSettings,
  ...omsRetentionSettings,
  ...ecomnowRetentionSettings,
  ...shopRetentionSettings,
  ...omsSettings,
  ...ecomnowSettings,
  ...shopSettings,
  ...integrationSettings,
  ...mappingSettings,
} as const;

export type WorkerConfig = ValuesOf<typeof workerSettings> & {
  /** What tables may refer to as `env:ECOMNOW_SECRET_…`. */
  readonly secretReferences: Env;
};

/** As one worker reads them: what belongs to a queue that it does not consume need not be fit for production. */
export function toWorkerSettings(env: Env): typeof workerSettings {
  const { values } = collectSettings({ queues: workerSettings.queues }, env);
  const consumed = values.queues ?? TASK_QUEUES;
  const byQueue: Readonly<Record<TaskQueue, Settings>> = {
    oms: omsSettings,
    ecomnow: ecomnowSettings,
    shop: shopSettings,
    integration: integrationSettings,
  };
  const settingsOf = (isOurs: boolean): Settings =>
    Object.assign(
      {},
      ...TASK_QUEUES.filter((queue) => consumed.includes(queue) === isOurs).map((queue) => byQueue[queue]),
    );
  // Ours last: carriers belong to two queues, and what one of ours needs has to be fit.
  return { ...workerSettings, ...unchecked(settingsOf(false)), ...settingsOf(true) };
}

/** @throws {InvalidConfiguration} naming every problem */
export function readWorkerConfig(env: Env = process.env): WorkerConfig {
  silenceAwsNotice();
  loadEnvFile(process.env, parse);
  const secretReferences = Object.fromEntries(Object.entries(env).filter(([key]) => key.startsWith("ECOMNOW_SECRET_")));
  return { ...readSettings(toWorkerSettings(env), env), secretReferences };
}

/** Those of WORKER_HEAP_MB, or the usual ones where its value is wrong, which the worker itself will say. */
export function readWorkerNodeFlags(env: Env = process.env): readonly string[] {
  try {
    loadEnvFile(process.env, parse);
    return toWorkerNodeFlags(readSettings({ workerHeapMb }, env).workerHeapMb);
  } catch {
    return toWorkerNodeFlags();
  }
}

/** The AWS SDK would print at each start which Node its next releases want; the one in use is pinned. Read by it alone. */
function silenceAwsNotice(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}
