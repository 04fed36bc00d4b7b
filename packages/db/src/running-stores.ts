import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceWholeFile } from "@drumline/core/files";
import { identityOf } from "@drumline/core/process";

/** Where a running `drumline start` keeps its stores, for the commands that are typed beside it. */
export interface RunningStores {
  readonly databaseUrl: string;
  /** Null where the queue is on PostgreSQL as well. */
  readonly redisUrl: string | null;
  readonly pid: number;
}

interface StoredStores extends RunningStores {
  readonly identity: string | null;
}

/** The file holds passwords: only its owner may read it. */
export function saveRunningStores(dataDir: string, stores: RunningStores): void {
  mkdirSync(dataDir, { recursive: true });
  const content: StoredStores = { ...stores, identity: identityOf(stores.pid) };
  replaceWholeFile(fileIn(dataDir), JSON.stringify(content), { mode: 0o600 });
}

/** Null where none runs; a file left by a killed start does not count. */
export function findRunningStores(dataDir: string): RunningStores | null {
  let stored: StoredStores;
  try {
    stored = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
  } catch {
    return null;
  }
  const { identity, ...stores } = stored;
  return identity !== null && identityOf(stores.pid) === identity ? stores : null;
}

export function forgetRunningStores(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function fileIn(dataDir: string): string {
  return join(dataDir, "stores.json");
}
