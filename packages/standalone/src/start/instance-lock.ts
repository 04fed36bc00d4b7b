import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { DrumlineError } from "@drumline/core/errors";
import { createWholeFile, replaceWholeFile } from "@drumline/core/files";

import { identifyProcess, isSameProcess, type ProcessIdentity } from "@drumline/core/process";

/** What `.data/start.json` holds: who runs here, and where to look at it. */
interface InstanceNote {
  readonly supervisor: ProcessIdentity;
  /** The npm that launched it; a supervisor whose npm was killed ends itself. */
  readonly launcher: ProcessIdentity | null;
  readonly urls: readonly string[];
  readonly children: readonly ProcessIdentity[];
}

/** This folder is ours until `release`. */
export interface InstanceLock {
  noteChild(pid: number): void;
  noteUrls(urls: readonly string[]): void;
  release(): void;
}

export class AlreadyRunning extends DrumlineError {
  constructor({ supervisor, urls }: InstanceNote, stateDir: string) {
    const where = urls.length === 0 ? "it is still starting" : urls.join("  ");
    super(
      `Drumline already runs from ${stateDir} as process ${supervisor.pid}: ${where}\nStop it first (kill ${supervisor.pid}), or give this one a folder of its own with --state-dir <folder>.`,
      { code: "ALREADY_RUNNING" },
    );
  }
}

const LEFTOVERS_GET_MS = 20_000;
const LOOK_AGAIN_MS = 50;

/**
 * Makes `stateDir` ours. What a killed start left behind ends by itself within moments; this waits for that, and
 * ends what will not, because two sets of processes on one database would do everything twice.
 * @throws {AlreadyRunning} when a living start holds the folder
 */
export async function lockInstance(
  stateDir: string,
  { launcher, say }: { launcher: ProcessIdentity | null; say: (line: string) => void },
): Promise<InstanceLock> {
  mkdirSync(stateDir, { recursive: true, mode: 0o755 });
  const path = join(stateDir, "start.json");
  let note: InstanceNote = {
    supervisor: identifyProcess(process.pid),
    launcher,
    urls: [],
    children: [],
  };
  while (!createWholeFile(path, JSON.stringify(note))) {
    const found = readNote(path);
    if (found === null) rmSync(path, { force: true });
    else await clearLeftovers(path, found, stateDir, say);
  }
  const update = (change: Partial<InstanceNote>) => {
    note = { ...note, ...change };
    replaceWholeFile(path, JSON.stringify(note));
  };
  return {
    noteChild: (pid) =>
      update({ children: [...note.children.filter((child) => isSameProcess(child)), identifyProcess(pid)] }),
    noteUrls: (urls) => update({ urls }),
    release: () => {
      if (readNote(path)?.supervisor.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

async function clearLeftovers(path: string, found: InstanceNote, stateDir: string, say: (line: string) => void) {
  const launcherIsGone = found.launcher !== null && !isSameProcess(found.launcher);
  if (isSameProcess(found.supervisor) && !launcherIsGone) throw new AlreadyRunning(found, stateDir);
  const leftovers = [found.supervisor, ...found.children].filter((process) => isSameProcess(process));
  if (leftovers.length > 0) {
    say(
      `  an earlier start was killed; waiting for what it left to end (${leftovers.map(({ pid }) => pid).join(", ")})`,
    );
    await endOf(leftovers);
  }
  // Renamed before it is removed: of two starts that find the same leftovers only one succeeds.
  try {
    const mine = `${path}.${process.pid}.old`;
    renameSync(path, mine);
    rmSync(mine);
  } catch {
    // The other one was first; the loop looks again.
  }
}

async function endOf(leftovers: readonly ProcessIdentity[]): Promise<void> {
  for (let waitedMs = 0; leftovers.some(isSameProcess); waitedMs += LOOK_AGAIN_MS) {
    if (waitedMs >= LEFTOVERS_GET_MS) {
      for (const leftover of leftovers.filter(isSameProcess)) process.kill(leftover.pid, "SIGKILL");
      return;
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** Null when it is gone or was never whole. */
function readNote(path: string): InstanceNote | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as InstanceNote;
  } catch {
    return null;
  }
}
