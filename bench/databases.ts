import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startEmbeddedPostgres, startEmbeddedRedis } from "@drumline/standalone/embedded";
import { migrate } from "@drumline/db/migrate";

export interface BenchDatabases {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  close(): Promise<void>;
}

/** Empty databases of a bench's own, with fsync on: the figures are those of a durable ledger. */
export async function startBenchDatabases({ withRedis = true } = {}): Promise<BenchDatabases> {
  const dataDir = await mkdtemp(join(tmpdir(), "drumline-bench-"));
  const [postgres, redis] = await Promise.all([
    startEmbeddedPostgres({ dataDir }),
    withRedis ? startEmbeddedRedis({ dataDir }) : null,
  ]);
  await migrate(postgres.url);
  return {
    databaseUrl: postgres.url,
    redisUrl: redis?.url ?? null,
    close: async () => {
      await Promise.all([postgres.stop(), redis?.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
