import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { identityOf } from "./process-identity.ts";

export interface Owner {
  readonly pid: number;
  readonly identity: string | null;
}

/** Writes that this process runs what lies in the folder. Returns the living owner instead, where there is one. */
export function claimOwnership(path: string): Owner | null {
  for (;;) {
    try {
      const mine: Owner = { pid: process.pid, identity: identityOf(process.pid) };
      writeFileSync(path, JSON.stringify(mine), { flag: "wx", mode: 0o600 });
      return null;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const owner = readOwner(path);
    if (owner && identityOf(owner.pid) === owner.identity && owner.identity !== null) return owner;
    rmSync(path, { force: true });
  }
}

export function giveUpOwnership(path: string): void {
  if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
}

/** Null for a file that is gone or was cut short by a crash: nobody owns that. */
export function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
