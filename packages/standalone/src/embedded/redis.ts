import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { silentLog, type Log } from "@drumline/core/log";
import { findFreePort } from "../free-port.ts";
import { EmbeddedDatabaseFailed, DatabaseInUse } from "./errors.ts";
import { claimOwnership, giveUpOwnership } from "./owner-file.ts";
import type { EmbeddedDatabase } from "./postgres.ts";
import { adoptRedis, askProcessId, findRedisBinary, redisPidFile } from "./redis-server.ts";
import { endProcess, launchServer } from "./server-process.ts";
import { loadSecrets, saveSecrets, type ServerSecrets } from "./server-secrets.ts";

export interface EmbeddedRedisOptions {
  /** The project's data folder, `.data`. */
  readonly dataDir: string;
  /** False only for tests: nothing is kept on disk. */
  readonly appendOnly?: boolean;
  /** How many numbered databases; 16 unless told. */
  readonly databases?: number;
  readonly log?: Log;
}

interface Server {
  readonly pid: number;
  readonly url: string;
}

/**
 * Runs the redis-server or valkey-server found on PATH, with what a queue needs: an append-only file and no eviction.
 * Null where there is none. A server that an earlier, killed start left behind is taken over.
 * @throws DatabaseInUse, EmbeddedDatabaseFailed
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedDatabase | null> {
  const program = await findRedisBinary();
  if (program === null) return null;
  const folder = join(resolve(options.dataDir), "redis");
  mkdirSync(folder, { recursive: true });
  const ownerFile = join(folder, "owner.json");
  const owner = claimOwnership(ownerFile);
  if (owner) throw new DatabaseInUse("Redis", folder, owner.pid);
  try {
    const { pid, url } = (await takeOver(folder, options.log ?? silentLog)) ?? (await launch(program, folder, options));
    return { url, folder, stop: () => endProcess(pid, "SIGTERM", "SIGKILL").finally(() => giveUpOwnership(ownerFile)) };
  } catch (error) {
    giveUpOwnership(ownerFile);
    throw error;
  }
}

async function takeOver(folder: string, log: Log): Promise<Server | null> {
  const { port, password } = loadSecrets(secretsFile(folder), false);
  if (port === null) return null;
  const url = toUrl(port, password);
  const pid = await adoptRedis(folder, url);
  if (pid === null) return null;
  log.info({ pid }, "embedded Redis of an earlier start taken over");
  return { pid, url };
}

async function launch(program: string, folder: string, options: EmbeddedRedisOptions): Promise<Server> {
  const { port: wanted, password } = loadSecrets(secretsFile(folder), false);
  const port = await findFreePort(wanted ?? 0);
  const url = toUrl(port, password);
  saveSecrets(secretsFile(folder), { port, password });
  const configFile = join(folder, "redis.conf");
  writeFileSync(configFile, toConfig(folder, { port, password }, options), { mode: 0o600 });
  const logPath = join(folder, "server.log");
  const outcome = await launchServer({
    program,
    args: [configFile],
    user: null,
    logPath,
    probe: async (pid) => ((await askProcessId(url)) === pid ? { pid, url } : null),
  });
  if (typeof outcome === "string") {
    throw new EmbeddedDatabaseFailed(
      "Redis",
      `${outcome} (more in ${logPath}; a damaged append-only file is mended by redis-check-aof --fix)`,
    );
  }
  return outcome;
}

/** In a file of our own and not in arguments, which every user of the machine can read. */
function toConfig(
  folder: string,
  { port, password }: ServerSecrets,
  { appendOnly = true, databases = 16 }: EmbeddedRedisOptions,
): string {
  const settings = {
    bind: "127.0.0.1",
    port,
    requirepass: password,
    dir: quote(folder),
    pidfile: quote(redisPidFile(folder)),
    databases,
    // Ten times the default: delayed jobs are looked for that often, which is what makes a tick late.
    hz: 100,
    "maxmemory-policy": "noeviction",
    appendonly: appendOnly ? "yes" : "no",
    appendfsync: "everysec",
    save: '""',
    daemonize: "no",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join("");
}

function quote(path: string): string {
  return JSON.stringify(path);
}

function secretsFile(folder: string): string {
  return join(folder, "server.json");
}

function toUrl(port: number | null, password: string): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}
