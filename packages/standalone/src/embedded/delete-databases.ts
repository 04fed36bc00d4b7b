import { rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readRedisPid } from "./redis-server.ts";
import { placesFor } from "./postgres-place.ts";
import { endProcess } from "./server-process.ts";
import { readPostmaster, runsCluster } from "./postgres-server.ts";

/** Ends what still runs on a data folder and deletes it, wherever the data is. For tests; there is no way back. */
export async function deleteDatabases(dataDir: string): Promise<void> {
  const { near, far } = placesFor(dataDir);
  for (const { cluster } of [near, far]) {
    const postmaster = readPostmaster(cluster);
    if (postmaster && runsCluster(postmaster, cluster)) await endProcess(postmaster.pid, "SIGQUIT", "SIGKILL");
  }
  const redisPid = readRedisPid(join(resolve(dataDir), "redis"));
  if (redisPid !== null) await endProcess(redisPid, "SIGTERM", "SIGKILL");
  for (const path of [dataDir, dirname(far.folder)]) rmSync(path, { recursive: true, force: true });
}
