import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandOf, identityOf } from "@drumline/core/process";
import { UnreachableDatabase } from "@drumline/db/connect";
import { DatabaseError } from "pg";
import { findFreePort } from "../free-port.ts";
import { EmbeddedDatabaseFailed } from "./errors.ts";
import { SERVER_ENVIRONMENT } from "./init-cluster.ts";
import type { ClusterPlace } from "./postgres-place.ts";
import { launchServer } from "./server-process.ts";

/** What a running server writes about itself into its data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

const ADOPT_WITHIN_MS = 60_000;
const POLL_MS = 50;

/**
 * The server that an earlier, killed start left running on this data directory, once it accepts our login; null
 * where none runs. One that is still starting or stopping is waited for.
 */
export async function adoptPostgres(
  cluster: string,
  login: (port: number) => Promise<void>,
): Promise<Postmaster | null> {
  for (let waitedMs = 0; waitedMs < ADOPT_WITHIN_MS; waitedMs += POLL_MS) {
    const postmaster = readPostmaster(cluster);
    if (postmaster === null) return null;
    if (!runsCluster(postmaster, cluster)) {
      // PostgreSQL clears a dead server's file itself, but takes a stranger with the same number for that server.
      if (identityOf(postmaster.pid) !== null) rmSync(join(cluster, "postmaster.pid"), { force: true });
      return null;
    }
    if (postmaster.isReady && (await accepts(postmaster, login))) return postmaster;
    await sleep(POLL_MS);
  }
  throw new EmbeddedDatabaseFailed(
    "PostgreSQL",
    `process ${readPostmaster(cluster)?.pid} runs on ${cluster}, but has accepted no connection for ${ADOPT_WITHIN_MS / 1000} s; see its server.log, or end it with kill -INT`,
  );
}

async function accepts({ pid, port }: Postmaster, login: (port: number) => Promise<void>): Promise<boolean> {
  try {
    await login(port);
    return true;
  } catch (error) {
    const refusal = error instanceof UnreachableDatabase ? error.cause : error;
    if (refusal instanceof DatabaseError && refusal.code === "28P01") {
      throw new EmbeddedDatabaseFailed(
        "PostgreSQL",
        `process ${pid} runs it already, with a password that is not ours; end it with kill -INT ${pid} and start again`,
        error,
      );
    }
    return false;
  }
}

const ATTEMPTS = 5;

/** Starts the server on the wanted port, or on another one where somebody listens there by now. */
export async function launchPostgres(
  program: string,
  { folder, cluster, user }: ClusterPlace,
  { port, fsync }: { port: number | null; fsync: boolean },
): Promise<Postmaster> {
  const logPath = join(folder, "server.log");
  for (let attempt = 1; ; attempt += 1) {
    const chosen = await findFreePort(attempt === 1 ? (port ?? 0) : 0);
    const outcome = await launchServer({
      program,
      args: ["-D", cluster, ...toFlags(chosen, fsync)],
      user,
      logPath,
      env: SERVER_ENVIRONMENT,
      probe: (pid) => whenReady(readPostmaster(cluster), pid),
    });
    if (typeof outcome !== "string") return outcome;
    if (attempt === ATTEMPTS || !passesByItself(outcome)) {
      throw new EmbeddedDatabaseFailed("PostgreSQL", `${outcome} (more in ${logPath})`);
    }
    await sleep(400);
  }
}

function whenReady(postmaster: Postmaster | null, pid: number): Postmaster | null {
  return postmaster?.pid === pid && postmaster.isReady ? postmaster : null;
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
