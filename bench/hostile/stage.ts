import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join, resolve } from "node:path";
import type { AddressInfo } from "node:net";

import { silentLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import { openDatabases, type Databases } from "@drumline/engine";
import { scheduleEntries } from "@drumline/tasks";

import { type BenchChild, startChild } from "../child.ts";
import { startBenchDatabases } from "../databases.ts";
import type { HostileOptions, QueueKind } from "./options.ts";
import { CANARIES } from "./work.ts";
import { startWorkers, type Workers } from "./workers.ts";

/** Everything a hostile run needs: databases, sandbox, hostile outside before it, beat, workers and api, each a process. */
export interface HostileStage {
  readonly databases: Databases;
  readonly partners: PartnerUrls;
  readonly apiUrl: string;
  readonly workers: Workers;
  /** Where the processes' own words are. */
  readonly logDir: string;
  close(): Promise<void>;
}

export interface PartnerUrls {
  /** Of the outside that spoils answers. */
  readonly evilUrl: string;
  /** Of the sandbox, which answers well. */
  readonly calmUrl: string;
}

const TOKEN = "sandbox-token";
const PREFIX = "hostile";

export async function setHostileStage(queue: QueueKind, { seed, withProfile }: HostileOptions): Promise<HostileStage> {
  const logDir = resolve(".data/hostile", queue);
  rmSync(logDir, { recursive: true, force: true });
  mkdirSync(logDir, { recursive: true });
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closers.splice(0).toReversed()) await end();
  };
  const start = async (name: string, file: string, env: Record<string, string>): Promise<BenchChild> => {
    const output = openSync(join(logDir, `${name}.log`), "w");
    const child = await startChild(file, { env: { SHUTDOWN_GRACE_SECONDS: "2", ...env }, output });
    closeSync(output);
    closers.push(child.stop);
    return child;
  };
  try {
    const urls = await startBenchDatabases({ withRedis: queue === "redis" });
    closers.push(urls.close);
    if (queue === "redis" && urls.redisUrl === null)
      throw new Error("there is no redis-server on the PATH; take --queue postgres");
    const sandbox = await start("sandbox", "../apps/sandbox/src/main.ts", {
      SANDBOX_PORT: "0",
      SANDBOX_SPEED: "0.02",
      SANDBOX_SEED: String(seed),
      SANDBOX_STATE_FILE: "",
      SANDBOX_DATA: "",
    });
    const sandboxUrl = String(sandbox.message["listening"]);
    const outside = await start("outside", "./hostile/outside/main.ts", {
      SANDBOX_URL: sandboxUrl,
      HOSTILE_SEED: String(seed),
    });
    const partners = { evilUrl: String(outside.message["url"]), calmUrl: sandboxUrl };
    const apiPort = await freePort();
    const env = {
      DATABASE_URL: urls.databaseUrl,
      REDIS_URL: urls.redisUrl ?? "",
      QUEUE_PREFIX: PREFIX,
      BEAT_REPAIR_SECONDS: "2",
      ...toOutsideEnv(partners),
    };
    const databases = await openDatabases(
      {
        environment: "test",
        databaseUrl: urls.databaseUrl,
        databasePoolSize: 4,
        redisUrl: urls.redisUrl,
        queuePrefix: PREFIX,
      },
      { log: silentLog, process: "hostile" },
    );
    closers.push(databases.close);
    await start("api", "../apps/api/src/main.ts", {
      ...env,
      API_PORT: String(apiPort),
      API_ADMIN_TOKEN: "a-token-of-the-hostile-bench-only",
    });
    await start("beat", "../apps/beat/src/main.ts", { ...env, ...onlyTheCanary() });
    const profiling = withProfile ? ["--cpu-prof", `--cpu-prof-dir=${logDir}`] : [];
    const workers = await startWorkers({ logDir, env, flags: [...toWorkerNodeFlags(), ...profiling] });
    closers.push(workers.stop);
    return { databases, partners, apiUrl: `http://127.0.0.1:${apiPort}`, workers, logDir, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const toOutsideEnv = ({ evilUrl: url, calmUrl }: PartnerUrls): Record<string, string> => ({
  OMNITRON_URL: url,
  OMNITRON_PAGE_SIZE: "100",
  INVENTORY_URL: url,
  CARRIER_URL: url,
  CARRIERS: `calm=${calmUrl.replace("://", `://calm:${TOKEN}@`)}`,
  REFUND_CHANNEL_URL: url,
  COGNITO_ENDPOINT: `${url}/aws/cognito`,
  COGNITO_CALLS_PER_SECOND: "25",
  SES_ENDPOINT: `${url}/aws/ses`,
  MOLLIE_API_URL: `${url}/mollie`,
  MOLLIE_API_KEY: `test_${TOKEN}`,
  STRIPE_API_URL: `${url}/stripe`,
  STRIPE_SECRET_KEY: `sk_test_${TOKEN}`,
  AWS_ACCESS_KEY_ID: "sandbox",
  AWS_SECRET_ACCESS_KEY: "sandbox",
  ECOMNOW_SECRET_SANDBOX: TOKEN,
  ECOMNOW_PRIVATE_HOSTS: [url, calmUrl].map((each) => new URL(each).host).join(","),
  ECOMNOW_FEED_TIMEOUT_SECONDS: "10",
  WEBHOOK_ALLOW_PRIVATE: "true",
  WEBHOOK_TIMEOUT_SECONDS: "5",
  WHISPERER_EVENT_QUEUE_DELAY_SECOND: "0",
});

/** Every other schedule of the catalogue is off: this program starts their tasks itself. */
const onlyTheCanary = (): Record<string, string> =>
  Object.fromEntries(
    scheduleEntries().map(({ name, entry: { envKey } }) =>
      name === CANARIES["canary-oms"].task ? [`${envKey}_SCHEDULE`, "1"] : [envKey, "false"],
    ),
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
