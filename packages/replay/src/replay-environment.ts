import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { SECOND_MS, systemClock } from "@drumline/core/clock";
import { type Env, readSettings, databaseSettings } from "@drumline/core/config";
import { createLog } from "@drumline/core/log";
import type { Database } from "@drumline/db";
import { migrate } from "@drumline/db/migrate";
import { createTickTimer, openDatabases, startBeat, type Databases } from "@drumline/engine";
import { hasEvents } from "@drumline/events/deliveries";
import { createSecretBox, type SecretBox } from "@drumline/events/subscriptions";
import { hasOrders } from "@drumline/oms/simulation";
import { launchDatabases, mainOf, ProcessGroup, SANDBOX, type DatabaseUrls } from "@drumline/standalone/process-group";
import { CATALOGUE_VERSION, findTask } from "@drumline/tasks";

import { InvalidReplay } from "./invalid-replay.ts";
import { connectSandbox, type SandboxClient } from "./sandbox-client.ts";
import type { ReplayOptions } from "./replay-options.ts";

/** Everything a replay runs on: databases, the sandbox and workers, each a process. */
export interface ReplayEnvironment {
  readonly db: Database;
  readonly backend: Databases["backend"];
  readonly sandbox: SandboxClient;
  readonly sandboxUrl: string;
  /** Seals what subscriptions keep; the workers have its key. */
  readonly secrets: SecretBox;
  /** Rejects when a process will not live. */
  readonly failure: Promise<never>;
  readonly workers: readonly string[];
  /** Ends a worker without asking; it comes back. */
  killWorker(name: string): void;
  /** Ends every process; the data goes with it unless it is to be kept. */
  close(): Promise<void>;
}

/** What an environment is made of. */
export type EnvironmentOptions = Pick<
  ReplayOptions,
  "data" | "orders" | "seed" | "short" | "workers" | "killEverySeconds" | "keep"
> & {
  /** Below `.data`: where databases and logs are while it runs. */
  readonly folder?: string;
  /** False: the queue is in PostgreSQL. */
  readonly withRedis?: boolean;
  /** Of the workers, over what a replay of the OMS gives them. */
  readonly workerEnv?: (sandboxUrl: string) => Env;
};

const TOKEN = "replay";
const GRACE_MS = 20 * SECOND_MS;
/** A dead worker's runs are free after so long. */
const LEASE_SECONDS = 5;
const RESTART_MS = 200;

export async function openReplayEnvironment(
  options: EnvironmentOptions,
  env: Env,
  print: (line: string) => void,
): Promise<ReplayEnvironment> {
  const folder = resolve(".data", options.folder ?? "replay");
  await mkdir(folder, { recursive: true });
  const dir = mkdtempSync(join(folder, "run-"));
  const quiet = { trouble: () => {}, say: () => {} };
  const screen = options.killEverySeconds === null ? { trouble: sayTrouble(print), say: print } : quiet;
  const group = new ProcessGroup({ logDir: join(dir, "logs"), screen, clock: systemClock, onStarted: () => {} });
  const closers: (() => Promise<unknown>)[] = [
    () => group.stop(new AbortController().signal),
    async () => {
      if (options.keep) print(`kept: ${dir}`);
      else rmSync(dir, { recursive: true, force: true });
    },
  ];
  const close = async () => {
    for (const end of closers) await end();
  };
  try {
    const [urls, sandboxUrl] = await Promise.all([
      launchOwnDatabases(group, env, { dir, withRedis: options.withRedis ?? true }),
      launchSandbox(group, env, options),
    ]);
    await migrate(urls.databaseUrl);
    const queuePrefix = `{drumline-replay-${process.pid}}`;
    const databases = await openOwnDatabases(urls, queuePrefix);
    closers.unshift(databases.close);
    await refuseUsedDatabase(databases.db);
    closers.unshift((await startRepairing(databases)).stop);
    const workers = Array.from({ length: options.workers }, (_, index) => `worker-${index + 1}`);
    const secretKey = randomBytes(32);
    const workerEnv = {
      ...toWorkerEnv(env, urls, { sandboxUrl, queuePrefix, secretKey }),
      ...options.workerEnv?.(sandboxUrl),
    };
    await Promise.all(workers.map((name) => launchWorker(group, name, workerEnv)));
    return {
      ...databases,
      sandbox: connectSandbox(sandboxUrl),
      sandboxUrl,
      secrets: createSecretBox({ current: secretKey }, {}),
      failure: group.failure,
      workers,
      killWorker: (name) => group.kill(name),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const sayTrouble = (print: (line: string) => void) => (process: string, line: string) => print(`${process}: ${line}`);

/** The databases the environment names, or fresh ones in `dir`, which a power cut may cost. */
function launchOwnDatabases(
  group: ProcessGroup,
  env: Env,
  { dir, withRedis }: { dir: string; withRedis: boolean },
): Promise<DatabaseUrls> {
  const place = { group, env, dir, withRedis, fsync: false, graceMs: GRACE_MS };
  return raceFailure(group, launchDatabases(readSettings(databaseSettings, env), place));
}

async function launchSandbox(
  group: ProcessGroup,
  env: Env,
  { data, orders, seed, short }: EnvironmentOptions,
): Promise<string> {
  const own = {
    SANDBOX_PORT: "0",
    SANDBOX_HOST: "127.0.0.1",
    SANDBOX_TOKEN: TOKEN,
    SANDBOX_DATA: data,
    SANDBOX_ORDERS: String(orders),
    SANDBOX_SEED: String(seed),
    SANDBOX_SHORT: short.toFixed(6),
    // Almost stopped until the first step says what time it is.
    SANDBOX_SPEED: "0.000001",
    SANDBOX_STATE_FILE: "",
  };
  const spec = { name: SANDBOX, main: mainOf("sandbox"), env: () => ({ ...env, ...own }), graceMs: GRACE_MS };
  const { listening } = await raceFailure(group, group.launch(spec));
  return String(listening);
}

async function launchWorker(group: ProcessGroup, name: string, env: Env): Promise<void> {
  const spec = { name, main: mainOf("worker"), nodeFlags: WORKER_FLAGS, env: () => env, graceMs: GRACE_MS };
  let mostDeaths = MOST_DEATHS_BEFORE_IT_WORKS;
  const planRestart = ({ length }: readonly unknown[]) =>
    length > mostDeaths ? ({ kind: "give_up" } as const) : ({ kind: "restart", delayMs: RESTART_MS } as const);
  await raceFailure(group, group.launch({ ...spec, planRestart }));
  mostDeaths = MOST_DEATHS;
}

/** One that cannot start ends all, with its last words, instead of being started for an hour. */
const MOST_DEATHS_BEFORE_IT_WORKS = 2;
/** Kills are part of the game: one is started again no matter how soon it died. */
const MOST_DEATHS = 2_000;
// Here time counts, and not memory as where a worker stays.
const WORKER_FLAGS = ["--max-semi-space-size=64"];

const raceFailure = <Result>(group: ProcessGroup, work: Promise<Result>): Promise<Result> =>
  Promise.race([work, group.failure]);

function toWorkerEnv(
  env: Env,
  urls: DatabaseUrls,
  { sandboxUrl, queuePrefix, secretKey }: { sandboxUrl: string; queuePrefix: string; secretKey: Buffer },
): Env {
  return {
    ...env,
    DATABASE_URL: urls.databaseUrl,
    REDIS_URL: urls.redisUrl ?? "",
    QUEUE_PREFIX: queuePrefix,
    ECOMNOW_SECRET_KEY: secretKey.toString("base64"),
    WORKER_QUEUES: "oms",
    WORKER_LEASE_SECONDS: String(LEASE_SECONDS),
    SHUTDOWN_GRACE_SECONDS: "5",
    LOG_LEVEL: env["LOG_LEVEL"] ?? "warn",
    OMNITRON_URL: sandboxUrl,
    OMNITRON_TOKEN: TOKEN,
    // They do not change while the dataset is played, and a step is hours long.
    OMNITRON_LOCATIONS_PAUSE_SECONDS: String(30 * 86_400),
    // A night of the dataset passes in half a second: autovacuum has time for the rest.
    DB_MAINTENANCE_TABLES: "reservation",
    INVENTORY_URL: sandboxUrl,
    INVENTORY_TOKEN: TOKEN,
    // Hours of virtual time pass in the blink of an eye.
    OMS_HTTP_FIRST_RETRY_MS: "10",
    CARRIERS: "",
    CARRIER_URL: sandboxUrl,
    CARRIER_PASSWORD: TOKEN,
    WEBHOOK_ALLOW_PRIVATE: "true",
    // A killed worker's deliveries are free again after twelve of these.
    WEBHOOK_TIMEOUT_SECONDS: "2",
  };
}

const OWN_CONNECTIONS = 12;

function openOwnDatabases({ databaseUrl, redisUrl }: DatabaseUrls, queuePrefix: string): Promise<Databases> {
  const log = createLog({ level: "error", process: "replay" });
  const config = { environment: "development", databasePoolSize: OWN_CONNECTIONS } as const;
  return openDatabases({ ...config, databaseUrl, redisUrl, queuePrefix }, { log, process: "drumline replay" });
}

/** A beat that knows no schedule: it only puts right what a killed worker leaves behind. */
async function startRepairing(databases: Databases): Promise<{ stop(): Promise<void> }> {
  return startBeat({
    ...databases,
    log: createLog({ level: "error", process: "replay" }),
    tickTimer: createTickTimer(),
    findTask,
    catalogueVersion: CATALOGUE_VERSION,
    desired: [],
    deduplicate: false,
    reconcileEveryMs: 60 * 60 * SECOND_MS,
    repairEveryMs: SECOND_MS,
    silentForMs: 3 * SECOND_MS,
  });
}

/** A replay counts everything it finds: it wants a database of its own. Throws `InvalidReplay`. */
async function refuseUsedDatabase(db: Database): Promise<void> {
  if ((await hasOrders(db)) || (await hasEvents(db)))
    throw new InvalidReplay(
      "DATABASE_URL names a database with orders in it; a replay needs an empty one. Leave DATABASE_URL empty, and it brings its own.",
    );
}
