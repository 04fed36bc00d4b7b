import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { codeOf } from "../errors/index.ts";

/** A process that cannot be mistaken for a later one under the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** What `identityOf` says of it; null where it said nothing. */
  readonly startedAt: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: identityOf(pid) };
}

/** True while the very process that was identified runs, false once its number went to another. */
export function isSameProcess({ pid, startedAt }: ProcessIdentity): boolean {
  return startedAt === null ? isRunning(pid) : identityOf(pid) === startedAt;
}

/**
 * What tells one process from a later one that got the same number: its start. Null when no such process lives;
 * one that ended and only waits for its parent to notice counts as dead.
 */
export function identityOf(pid: number): string | null {
  if (!isRunning(pid)) return null;
  return process.platform === "linux" ? identityFromProc(pid) : identityFromPs(pid);
}

/** The command line of a living process, or null. */
export function commandOf(pid: number): string | null {
  try {
    return process.platform === "linux"
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : ps(pid, "command=");
  } catch {
    return null;
  }
}

const SHELLS = /^(sh|bash|dash|ash|zsh|busybox)$/;

/** The process that started this one, not counting the shell that npm puts between itself and a script. */
export function findLauncher(): ProcessIdentity {
  const parent = process.ppid;
  const { name, parentPid } = describeProcess(parent) ?? { name: "", parentPid: 0 };
  return identifyProcess(SHELLS.test(name) && parentPid > 1 ? parentPid : parent);
}

function describeProcess(pid: number): { name: string; parentPid: number } | null {
  try {
    if (process.platform === "linux") {
      return { name: readFileSync(`/proc/${pid}/comm`, "utf8").trim(), parentPid: Number(procStat(pid)[1]) };
    }
    const [parentPid, command = ""] = ps(pid, "ppid=,comm=").split(/\s+(.*)/);
    return { name: basename(command), parentPid: Number(parentPid) };
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== "EPERM") return false;
  }
  try {
    // Ended, but nobody has asked how: a container without an init keeps such entries for ever.
    return process.platform !== "linux" || !/^[ZX]/.test(procStat(pid)[0] ?? "");
  } catch {
    return true;
  }
}

function identityFromProc(pid: number): string | null {
  try {
    const startTicks = procStat(pid)[19];
    if (startTicks === undefined) return null;
    // Ticks are counted from the boot, so two boots repeat them.
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${startTicks}`;
  } catch {
    return null;
  }
}

function identityFromPs(pid: number): string | null {
  try {
    const [state, ...start] = ps(pid, "stat=,lstart=").split(/\s+/);
    return !state || state.startsWith("Z") ? null : start.join(" ");
  } catch {
    return null;
  }
}

/** Fields 3 and up of /proc/<pid>/stat; the name in field 2 may hold blanks and brackets. */
function procStat(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function ps(pid: number, columns: string): string {
  return execFileSync("ps", ["-o", columns, "-p", String(pid)], { encoding: "utf8" }).trim();
}
