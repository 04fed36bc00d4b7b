import { randomBytes } from "node:crypto";
import {
  deleteDatabases,
  startEmbeddedPostgres,
  startEmbeddedRedis,
  type EmbeddedDatabase,
} from "@drumline/standalone/embedded";
import { dropTestDatabases, ensureTemplate, migrationsChecksum } from "./template-database.ts";
import { copyTemplateCluster } from "./template-cluster.ts";
import { makeRunFolder, openTestFolder, sweepTestFolder } from "./test-folder.ts";
import type { TestDatabases } from "./test-databases.ts";

export interface RunningTestDatabases {
  readonly databases: TestDatabases;
  readonly stop: () => Promise<void>;
}

export interface TestDatabaseWishes {
  /** A server that is there already; a CI service, for example. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Where `testRedis()` puts the queues of whoever asks for one: nowhere with `postgres`, so that they are in PostgreSQL. */
  readonly queue: "redis" | "postgres";
  readonly requireRedis: boolean;
}

const REDIS_DATABASES = 512;

/** Everything one jest run needs, in a folder and on ports of its own. */
export async function startTestDatabases(wishes: TestDatabaseWishes): Promise<RunningTestDatabases> {
  const testFolder = openTestFolder();
  await sweepTestFolder(testFolder, new Date());
  const folder = makeRunFolder(testFolder);
  const started: EmbeddedDatabase[] = [];
  const runId = `drumline_test_${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString("hex")}`;
  const stop = async () => {
    if (wishes.databaseUrl) await dropTestDatabases(wishes.databaseUrl, runId);
    await Promise.all(started.map((server) => server.stop()));
    await deleteDatabases(folder);
  };
  try {
    const checksum = await migrationsChecksum();
    const serverUrl = wishes.databaseUrl ?? (await startPostgres(testFolder, folder, checksum, started));
    const [template, redisUrl] = await Promise.all([
      ensureTemplate(serverUrl, checksum),
      wishes.queue === "postgres" ? null : (wishes.redisUrl ?? startRedis(folder, started)),
    ]);
    if (redisUrl === null && wishes.requireRedis) {
      throw new Error(
        "REQUIRE_REDIS=1, but there is no redis-server or valkey-server 6.2 or newer on PATH; install one or set TEST_REDIS_URL",
      );
    }
    return { databases: { runId, serverUrl, template, redisUrl }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPostgres(
  testFolder: string,
  folder: string,
  checksum: string,
  started: EmbeddedDatabase[],
): Promise<string> {
  await copyTemplateCluster(testFolder, folder, checksum);
  const server = await startEmbeddedPostgres({ dataDir: folder, fsync: false });
  started.push(server);
  return server.url;
}

async function startRedis(folder: string, started: EmbeddedDatabase[]): Promise<string | null> {
  const server = await startEmbeddedRedis({ dataDir: folder, appendOnly: false, databases: REDIS_DATABASES });
  if (server) started.push(server);
  return server?.url ?? null;
}
