import { openSync, readFileSync, renameSync, statSync } from "node:fs";

const LARGEST_BYTES = 10_000_000;

/** A server's output goes straight into a file, so that it outlives us. `since` reads what was said after the opening. */
export interface ServerLog {
  readonly path: string;
  readonly fd: number;
  since(): string;
}

export function openServerLog(path: string): ServerLog {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_BYTES) renameSync(path, `${path}.old`);
  const start = size > LARGEST_BYTES ? 0 : size;
  return {
    path,
    fd: openSync(path, "a", 0o600),
    since: () => readFileSync(path).subarray(start).toString().trim().slice(-4000),
  };
}
