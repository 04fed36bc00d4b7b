import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process that cannot be mistaken for a later one under the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in whatever words the platform has for it; null where it has none. */
  readonly startedAt: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: isRunning(pid) ? startOf(pid) : null };
}

/** True while the very process that was identified runs, false once its number went to another. */
export function isSameProcess({ pid, startedAt }: ProcessIdentity): boolean {
  return isRunning(pid) && (startedAt === null || startOf(pid) === startedAt);
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
      const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      return { name, parentPid: Number(procStat(pid)[1]) };
    }
    const told = execFileSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [parentPid, command = ""] = told.split(/\s+(.*)/);
    return { name: basename(command), parentPid: Number(parentPid) };
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === "linux") return procStat(pid)[19] ?? null;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}

/** Ended, but nobody has asked how: a container without an init keeps such entries for ever. */
function isZombie(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    return procStat(pid)[0] === "Z";
  } catch {
    return false;
  }
}

/** Fields 3 and up of /proc/<pid>/stat; the name in field 2 may hold blanks and brackets. */
function procStat(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
