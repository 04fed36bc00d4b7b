import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { identityOf } from "@drumline/core/process";
import type { ServerUser } from "./postgres-place.ts";

export interface Launch<T> {
  readonly program: string;
  readonly args: readonly string[];
  readonly user: ServerUser | null;
  readonly logPath: string;
  readonly env?: Record<string, string>;
  /** Null as long as the server is not ready; asked again and again. */
  readonly probe: (pid: number) => T | null | Promise<T | null>;
}

/** Starts a server that outlives us and waits until it is ready; a string is what it said before it gave up. */
export async function launchServer<T extends object>({
  program,
  args,
  user,
  logPath,
  env,
  probe,
}: Launch<T>): Promise<T | string> {
  const log = openServerLog(logPath);
  const child = spawn(program, args, {
    ...user,
    ...(env && { env }),
    cwd: "/",
    // A process group of its own: Ctrl-C is for us, and the databases go last.
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  closeSync(log.fd);
  const ended = untilEnded(child);
  child.unref();
  for (;;) {
    const problem = await Promise.race([ended, sleep(10, null)]);
    if (problem !== null) return `${problem}. ${log.since()}`.trim();
    const ready = await probe(child.pid!);
    if (ready !== null) return ready;
  }
}

function untilEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
}

const LARGEST_BYTES = 10_000_000;

/** A server's output goes straight into a file, so that it outlives us. `since` reads what was said after the opening. */
interface ServerLog {
  readonly path: string;
  readonly fd: number;
  since(): string;
}

function openServerLog(path: string): ServerLog {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_BYTES) renameSync(path, `${path}.old`);
  const start = size > LARGEST_BYTES ? 0 : size;
  return {
    path,
    fd: openSync(path, "a", 0o600),
    since: () => readFileSync(path).subarray(start).toString().trim().slice(-4000),
  };
}

const END_WITHIN_MS = 30_000;
const POLL_MS = 10;

/** Asks a process to end and waits until it has; one that does not within 30 s is made to. */
export async function endProcess(pid: number, ask: NodeJS.Signals, force: NodeJS.Signals): Promise<void> {
  const identity = identityOf(pid);
  if (identity === null) return;
  process.kill(pid, ask);
  for (let waitedMs = 0; identityOf(pid) === identity; waitedMs += POLL_MS) {
    if (waitedMs === END_WITHIN_MS) process.kill(pid, force);
    await sleep(POLL_MS);
  }
}
