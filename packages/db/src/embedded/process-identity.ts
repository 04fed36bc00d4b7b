import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { codeOf } from "@drumline/core/errors";

/**
 * What tells one process from a later one that got the same number: its start. Null when no such process lives;
 * one that ended and only waits for its parent to notice counts as dead.
 */
export function identityOf(pid: number): string | null {
  if (!isAlive(pid)) return null;
  return process.platform === "linux" ? identityFromProc(pid) : identityFromPs(pid);
}

/** The command line of a living process, or null. */
export function commandOf(pid: number): string | null {
  try {
    return process.platform === "linux"
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function identityFromProc(pid: number): string | null {
  try {
    // The second field is the command in parentheses and may hold blanks; what follows it is fixed.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === "Z" || state === "X" || startTicks === undefined) return null;
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${bootId}/${startTicks}`;
  } catch {
    return null;
  }
}

function identityFromPs(pid: number): string | null {
  try {
    const [state, ...start] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith("Z") ? null : start.join(" ");
  } catch {
    return null;
  }
}
