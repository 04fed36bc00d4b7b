import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseError } from "pg";
import { UnreachableDatabase } from "@drumline/db/connect";
import { EmbeddedStoreFailed } from "./errors.ts";
import { readPostmaster, runsCluster, type Postmaster } from "./postmaster.ts";
import { identityOf } from "@drumline/core/process";

const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/**
 * The server that an earlier, killed start left running on this data directory, once it accepts our login; null
 * where none runs. One that is still starting or stopping is waited for.
 */
export async function adoptPostgres(
  cluster: string,
  login: (port: number) => Promise<void>,
): Promise<Postmaster | null> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
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
  throw new EmbeddedStoreFailed(
    "PostgreSQL",
    `process ${readPostmaster(cluster)?.pid} runs on ${cluster}, but has accepted no connection for ${PATIENCE_MS / 1000} s; see its server.log, or end it with kill -INT`,
  );
}

async function accepts({ pid, port }: Postmaster, login: (port: number) => Promise<void>): Promise<boolean> {
  try {
    await login(port);
    return true;
  } catch (error) {
    const refusal = error instanceof UnreachableDatabase ? error.cause : error;
    if (refusal instanceof DatabaseError && refusal.code === "28P01") {
      throw new EmbeddedStoreFailed(
        "PostgreSQL",
        `process ${pid} runs it already, with a password that is not ours; end it with kill -INT ${pid} and start again`,
        error,
      );
    }
    return false;
  }
}
