import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openServerLog } from "./server-log.ts";
import type { ServerUser } from "./server-user.ts";

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
    // A process group of its own: Ctrl-C is for us, and the stores go last.
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
