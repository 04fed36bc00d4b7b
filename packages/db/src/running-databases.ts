import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceWholeFile } from "@drumline/core/files";
import { identityOf } from "@drumline/core/process";

/** Where a running `drumline start` keeps its databases, for the commands that are typed beside it. */
export interface RunningDatabases {
  readonly databaseUrl: string;
  /** Null where the queue is on PostgreSQL as well. */
  readonly redisUrl: string | null;
  readonly pid: number;
}

interface StoredDatabases extends RunningDatabases {
  readonly identity: string | null;
}

/** The file holds passwords: only its owner may read it. */
export function saveRunningDatabases(dataDir: string, databases: RunningDatabases): void {
  mkdirSync(dataDir, { recursive: true });
  const content: StoredDatabases = { ...databases, identity: identityOf(databases.pid) };
  replaceWholeFile(fileIn(dataDir), JSON.stringify(content), { mode: 0o600 });
}

/** Null where none runs; a file left by a killed start does not count. */
export function findRunningDatabases(dataDir: string): RunningDatabases | null {
  let stored: StoredDatabases;
  try {
    stored = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
  } catch {
    return null;
  }
  const { identity, ...databases } = stored;
  return identity !== null && identityOf(databases.pid) === identity ? databases : null;
}

export function forgetRunningDatabases(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function fileIn(dataDir: string): string {
  return join(dataDir, "stores.json");
}
