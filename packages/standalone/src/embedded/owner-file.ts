import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { codeOf } from "@drumline/core/errors";
import { identityOf } from "@drumline/core/process";

export interface Owner {
  readonly pid: number;
  readonly identity: string | null;
}

/** Writes that this process runs what lies in the folder. Returns the living owner instead, where there is one. */
export function claimOwnership(path: string): Owner | null {
  // Linked into place when it is whole, so that nobody reads half of it.
  const draft = `${path}.${process.pid}`;
  const mine: Owner = { pid: process.pid, identity: identityOf(process.pid) };
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (;;) {
      if (tryLink(draft, path)) return null;
      const owner = readOwner(path);
      if (owner && isAlive(owner)) return owner;
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
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
