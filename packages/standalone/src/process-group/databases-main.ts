import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";

import { createLog } from "@drumline/core/log";
import { identifyProcess, isSameProcess, type ProcessIdentity, untilAskedToEnd } from "@drumline/core/process";

import { startEmbeddedPostgres, startEmbeddedRedis } from "../embedded/index.ts";

const PROBE_EVERY_MS = 1_000;
const MISSED_PROBES = 3;
const USERS_GET_MS = 60_000;

const { values } = parseArgs({
  options: {
    dir: { type: "string" },
    postgres: { type: "boolean" },
    redis: { type: "boolean" },
    "no-fsync": { type: "boolean" },
  },
});
if (values.dir === undefined) throw new Error("expected --dir <folder of the databases>");

// The reader of our output may be gone: that must not end us before the databases are stopped.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
await hostDatabases({
  dir: values.dir,
  postgres: values.postgres ?? false,
  redis: values.redis ?? false,
  fsync: values["no-fsync"] !== true,
});

interface DatabasesWish {
  readonly dir: string;
  readonly postgres: boolean;
  readonly redis: boolean;
  /** Without it a power cut may cost the data, as it may in a test. */
  readonly fsync: boolean;
}

/** The supervisor names everyone who uses the databases, so that the databases can outlive them when it is killed. */
interface UsersMessage {
  readonly users: readonly number[];
}

/**
 * Runs the embedded databases until it is told to end. When the supervisor is killed, the other children end by
 * themselves and may still have to write; the databases wait for them.
 */
async function hostDatabases({ dir, postgres, redis, fsync }: DatabasesWish): Promise<void> {
  const log = createLog({ level: "info", process: "databases" });
  let users: readonly ProcessIdentity[] = [];
  process.on("message", (message) => {
    if (isUsersMessage(message)) users = message.users.map(identifyProcess);
  });
  const asked = untilAskedToEnd().then((event) => (event === "disconnect" ? endOf(users) : undefined));

  const [database, queue] = await Promise.all([
    postgres ? startEmbeddedPostgres({ dataDir: dir, log, fsync }) : null,
    redis ? startEmbeddedRedis({ dataDir: dir, log }) : null,
  ]);
  const urls = { databaseUrl: database?.url ?? null, redisUrl: queue?.url ?? null };
  log.info({ postgres: database !== null, redis: queue !== null }, "databases are up");
  if (process.connected) process.send!({ ready: true, ...urls });

  const lost = firstLost(Object.values(urls).filter((url) => url !== null));
  const lostUrl = await Promise.race([asked, lost]);
  await Promise.all([database?.stop(), queue?.stop()]);
  if (lostUrl !== undefined) throw new Error(`the database at ${new URL(lostUrl).host} ended without being asked`);
  process.exit(0);
}

function isUsersMessage(message: unknown): message is UsersMessage {
  return typeof message === "object" && message !== null && "users" in message;
}

async function endOf(users: readonly ProcessIdentity[]): Promise<void> {
  for (let waitedMs = 0; waitedMs < USERS_GET_MS && users.some(isSameProcess); waitedMs += 50) await delay(50);
}

/** Comes back with the address of the first one that stopped answering, which a killed server does without a word. */
async function firstLost(urls: readonly string[]): Promise<string> {
  const misses = new Map(urls.map((url) => [url, 0]));
  for (;;) {
    await delay(PROBE_EVERY_MS);
    for (const url of urls) {
      misses.set(url, (await answers(url)) ? 0 : misses.get(url)! + 1);
      if (misses.get(url)! >= MISSED_PROBES) return url;
    }
  }
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const settle = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once("connect", () => settle(true));
    // Only a refusal means that nobody listens; a busy machine is slow to accept.
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code !== "ECONNREFUSED"));
  });
}
