import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandOf, identityOf } from "@drumline/core/process";

/** What a running server writes about itself into its data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

/** Null where there is no postmaster.pid, or one that is only begun. */
export function readPostmaster(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3] ?? 0), isReady: lines[7]?.trim() === "ready" } : null;
}

/** Whether that process is a server of this data directory, and not a stranger who got its number. */
export function runsCluster({ pid }: Postmaster, cluster: string): boolean {
  return identityOf(pid) !== null && (commandOf(pid)?.includes(cluster) ?? false);
}
