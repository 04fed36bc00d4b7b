import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandOf, identityOf } from "@drumline/core/process";
import { Redis } from "ioredis";
import { EmbeddedDatabaseFailed } from "./errors.ts";

const PROGRAMS = ["redis-server", "valkey-server"];
const OLDEST = [6, 2] as const;

/** The Redis or Valkey on PATH that is new enough for BullMQ, or null. */
export async function findRedisBinary(): Promise<string | null> {
  for (const program of PROGRAMS) {
    if (isNewEnough(await versionOf(program))) return program;
  }
  return null;
}

function versionOf(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], (error, stdout) => resolve(error ? null : stdout));
  });
}

function isNewEnough(said: string | null): boolean {
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(said ?? "") ?? [];
  if (major === undefined) return false;
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

const ADOPT_WITHIN_MS = 10_000;
const POLL_MS = 50;

/**
 * The process id of a server that an earlier, killed start left running on this folder, or null. Redis does not lock its
 * files, so one that lives but does not answer is an error: a second one beside it would ruin them.
 */
export async function adoptRedis(folder: string, url: string): Promise<number | null> {
  for (let waitedMs = 0; waitedMs < ADOPT_WITHIN_MS; waitedMs += POLL_MS) {
    const pid = readRedisPid(folder);
    if (pid === null) return null;
    if ((await askProcessId(url)) === pid) return pid;
    await sleep(POLL_MS);
  }
  const pid = readRedisPid(folder);
  throw new EmbeddedDatabaseFailed(
    "Redis",
    `process ${pid} runs it already, but does not answer; end it with kill ${pid} and start again`,
  );
}

export function redisPidFile(folder: string): string {
  return join(folder, "redis.pid");
}

/** The living server that wrote its number into the folder, or null. */
export function readRedisPid(folder: string): number | null {
  try {
    const pid = Number(readFileSync(redisPidFile(folder), "utf8"));
    return pid > 0 && identityOf(pid) !== null && /redis|valkey/.test(commandOf(pid) ?? "") ? pid : null;
  } catch {
    return null;
  }
}

/** Null while nobody answers, the login is refused, or the data is still being loaded. */
export async function askProcessId(url: string): Promise<number | null> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
  });
  redis.on("error", () => {});
  try {
    await redis.connect();
    // INFO answers while the data is being loaded; PING does not.
    await redis.ping();
    return Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1] ?? 0) || null;
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}
