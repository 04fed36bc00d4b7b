import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterPlace } from "./cluster-place.ts";
import { EmbeddedStoreFailed } from "./errors.ts";
import { findFreePort } from "./free-port.ts";
import { SERVER_ENVIRONMENT } from "./init-cluster.ts";
import { launchServer } from "./launch-server.ts";
import { readPostmaster, type Postmaster } from "./postmaster.ts";

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
      throw new EmbeddedStoreFailed("PostgreSQL", `${outcome} (more in ${logPath})`);
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
