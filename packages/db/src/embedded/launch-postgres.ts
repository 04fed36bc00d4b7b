import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterPlace } from "./cluster-place.ts";
import { EmbeddedStoreFailed } from "./errors.ts";
import { findFreePort } from "./free-port.ts";
import { SERVER_ENVIRONMENT } from "./init-cluster.ts";
import { readPostmaster, type Postmaster } from "./postmaster.ts";

const LARGEST_LOG_BYTES = 10_000_000;
const ATTEMPTS = 5;

/** Starts the server on the wanted port, or on another one where somebody listens there by now. */
export async function launchPostgres(
  program: string,
  place: ClusterPlace,
  { port, fsync }: { port: number | null; fsync: boolean },
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const chosen = await findFreePort(attempt === 1 ? (port ?? 0) : 0);
    const outcome = await tryLaunch(program, place, toFlags(chosen, fsync));
    if (typeof outcome !== "string") return outcome;
    if (attempt === ATTEMPTS || !passesByItself(outcome)) {
      throw new EmbeddedStoreFailed("PostgreSQL", `${outcome} (its log: ${join(place.folder, "server.log")})`);
    }
    await sleep(400);
  }
}

/** A port taken between our look and its bind; backends of a killed server that still hold its memory. */
function passesByItself(problem: string): boolean {
  return /could not bind|address already in use|pre-existing shared memory|is still in use/i.test(problem);
}

function toFlags(port: number, fsync: boolean): string[] {
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: "128MB",
    // Parallel queries need /dev/shm, which containers keep small, and cores, which small machines lack.
    max_parallel_workers: 0,
    timezone: "UTC",
    log_timezone: "UTC",
    ...(fsync ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The running server, or what it said before it gave up. */
async function tryLaunch(
  program: string,
  { folder, cluster, user }: ClusterPlace,
  flags: string[],
): Promise<Postmaster | string> {
  const logPath = join(folder, "server.log");
  const { fd, start } = openLog(logPath);
  // A process group of its own: Ctrl-C is for us, and the stores go last.
  const child = spawn(program, ["-D", cluster, ...flags], {
    ...user,
    env: SERVER_ENVIRONMENT,
    cwd: "/",
    detached: true,
    stdio: ["ignore", fd, fd],
  });
  closeSync(fd);
  const ended = untilEnded(child);
  child.unref();
  for (;;) {
    const problem = await Promise.race([ended, sleep(10, null)]);
    if (problem !== null) return `${problem}: ${readFileSync(logPath, "utf8").slice(start).trim()}`;
    const postmaster = readPostmaster(cluster);
    if (postmaster?.pid === child.pid && postmaster?.isReady) return postmaster;
  }
}

function untilEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
}

function openLog(path: string): { fd: number; start: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(path, `${path}.old`);
  return { fd: openSync(path, "a", 0o600), start: size > LARGEST_LOG_BYTES ? 0 : size };
}
