import { join, resolve } from "node:path";
import { silentLog } from "@drumline/core/log";
import { readRedisPid } from "./adopt-redis.ts";
import { pickPlace } from "./cluster-place.ts";
import { endProcess } from "./end-process.ts";
import { readPostmaster, runsCluster } from "./postmaster.ts";

/** Ends what a killed process left running on a data folder that is to be deleted. */
export async function stopOrphans(dataDir: string): Promise<void> {
  const { cluster } = pickPlace(dataDir, silentLog);
  const postmaster = readPostmaster(cluster);
  if (postmaster && runsCluster(postmaster, cluster)) await endProcess(postmaster.pid, "SIGQUIT", "SIGKILL");
  const redisPid = readRedisPid(join(resolve(dataDir), "redis"));
  if (redisPid !== null) await endProcess(redisPid, "SIGTERM", "SIGKILL");
}
