import { fileURLToPath } from "node:url";

import { SECOND_MS } from "@drumline/core/clock";
import type { Env } from "@drumline/core/config";

import { DATABASES, type ProcessGroup } from "./process-group.ts";
import type { ReadyMessage } from "./supervised-child.ts";

export interface DatabaseUrls {
  readonly databaseUrl: string;
  /** Null: the queue lives in PostgreSQL too. */
  readonly redisUrl: string | null;
}

/** The databases that the user named; null for each that is to be run here. */
export interface NamedDatabases {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
}

export interface DatabasesPlace {
  readonly group: ProcessGroup;
  readonly env: Env;
  /** The folder that keeps their data. */
  readonly dir: string;
  /** False where a power cut may cost the data. */
  readonly fsync?: boolean;
  /** False: no Redis is run here, whether or not there is one on the PATH. */
  readonly withRedis?: boolean;
  readonly graceMs?: number;
}

// A checkpoint of a busy database takes its time, and cutting it short costs the next start a recovery.
const GRACE_MS = 60 * SECOND_MS;

/** Runs the databases that the user did not name, and says where all of them are; `onMoved` hears when a restart changed that. */
export async function launchDatabases(
  { databaseUrl, redisUrl }: NamedDatabases,
  { group, env, dir, fsync = true, withRedis = true, graceMs = GRACE_MS }: DatabasesPlace,
  onMoved: (databases: DatabaseUrls) => void = () => {},
): Promise<DatabaseUrls> {
  if (databaseUrl !== null && redisUrl !== null) return { databaseUrl, redisUrl };
  const flags = { "--no-fsync": !fsync, "--postgres": databaseUrl === null, "--redis": redisUrl === null && withRedis };
  const wanted = Object.entries(flags).flatMap(([flag, isOn]) => (isOn ? [flag] : []));
  const toUrls = (message: ReadyMessage): DatabaseUrls => ({
    databaseUrl: databaseUrl ?? String(message["databaseUrl"]),
    redisUrl: redisUrl ?? (message["redisUrl"] as string | null),
  });
  const main = fileURLToPath(new URL("../../bin/databases.js", import.meta.url));
  const spec = { name: DATABASES, main, args: ["--dir", dir, ...wanted], env: () => env, graceMs };
  let current: DatabaseUrls | null = null;
  const ready = await group.launch(spec, (message) => {
    const urls = toUrls(message);
    if (urls.databaseUrl === current?.databaseUrl && urls.redisUrl === current.redisUrl) return;
    current = urls;
    onMoved(urls);
  });
  current = toUrls(ready);
  return current;
}
