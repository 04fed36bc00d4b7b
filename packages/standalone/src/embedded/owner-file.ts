import { readFileSync, rmSync } from "node:fs";
import { createWholeFile } from "@drumline/core/files";
import { identityOf } from "@drumline/core/process";

export interface Owner {
  readonly pid: number;
  readonly identity: string | null;
}

/** Writes that this process runs what lies in the folder. Returns the living owner instead, where there is one. */
export function claimOwnership(path: string): Owner | null {
  const mine: Owner = { pid: process.pid, identity: identityOf(process.pid) };
  while (!createWholeFile(path, JSON.stringify(mine), { mode: 0o600 })) {
    const owner = readOwner(path);
    if (owner && isAlive(owner)) return owner;
    rmSync(path, { force: true });
  }
  return null;
}

function isAlive({ pid, identity }: Owner): boolean {
  return identity !== null && identityOf(pid) === identity;
}

export function giveUpOwnership(path: string): void {
  if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
}

/** Null for a file that is gone or was cut short by a crash: nobody owns that. */
function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
