import { readFileSync } from "node:fs";
import { join } from "node:path";
import { silentLog, type Log } from "@drumline/core/log";
import { LOCK_LIMIT_ALONE } from "@drumline/core/postgres";
import { connectToServer } from "@drumline/db/connect";
import { EmbeddedDatabaseFailed, DatabaseInUse } from "./errors.ts";
import { initCluster, SUPERUSER } from "./init-cluster.ts";
import { claimOwnership, giveUpOwnership } from "./owner-file.ts";
import { prepareBinaries, type NativeBinaries } from "./postgres-binaries.ts";
import { isInitialised, pickPlace, SYSTEM_FOLDER, type ClusterPlace } from "./postgres-place.ts";
import { adoptPostgres, launchPostgres, type Postmaster } from "./postgres-server.ts";
import { endProcess } from "./server-process.ts";
import { loadSecrets, saveSecrets } from "./server-secrets.ts";

export interface EmbeddedPostgresOptions {
  /** The project's data folder, `.data`. */
  readonly dataDir: string;
  /** False only for tests: a power cut may then cost the data. */
  readonly fsync?: boolean;
  readonly log?: Log;
}

export interface EmbeddedDatabase {
  readonly url: string;
  /** Where its data, its log and its password are. */
  readonly folder: string;
  /** Ends the server in good order and waits for it. */
  readonly stop: () => Promise<void>;
}

const DATABASE = "drumline";

/**
 * Runs a real PostgreSQL on the data folder, as root or not. A server that an earlier, killed start left behind is taken over.
 * @throws DatabaseInUse, UnsupportedPlatform, EmbeddedDatabaseFailed
 */
export async function startEmbeddedPostgres({
  dataDir,
  fsync = true,
  log = silentLog,
}: EmbeddedPostgresOptions): Promise<EmbeddedDatabase> {
  const place = pickPlace(dataDir, log);
  const ownerFile = join(place.folder, "owner.json");
  const owner = claimOwnership(ownerFile);
  if (owner) throw new DatabaseInUse("PostgreSQL", place.folder, owner.pid);
  try {
    const binaries = prepareBinaries(place.user ? SYSTEM_FOLDER : place.folder, place.user);
    const { postmaster, password } = await run(binaries, place, fsync, log);
    const url = toUrl(postmaster.port, password, DATABASE);
    // SIGINT is PostgreSQL's fast shutdown; SIGQUIT leaves the tidying to the next start, and loses nothing either.
    const stop = () => endProcess(postmaster.pid, "SIGINT", "SIGQUIT").finally(() => giveUpOwnership(ownerFile));
    return { url, folder: place.folder, stop };
  } catch (error) {
    giveUpOwnership(ownerFile);
    throw error;
  }
}

async function run(
  binaries: NativeBinaries,
  place: ClusterPlace,
  fsync: boolean,
  log: Log,
): Promise<{ postmaster: Postmaster; password: string }> {
  const secretsFile = join(place.folder, "server.json");
  const secrets = loadSecrets(secretsFile, isInitialised(place));
  const { password } = secrets;
  if (!isInitialised(place)) {
    saveSecrets(secretsFile, secrets);
    await initCluster(binaries.initdb, place, { password, fsync });
  }
  checkVersion(place.cluster, binaries.majorVersion);
  const login = (port: number) => createDatabase(toUrl(port, password, "postgres"));
  const adopted = await adoptPostgres(place.cluster, login);
  if (adopted) log.info({ pid: adopted.pid }, "embedded PostgreSQL of an earlier start taken over");
  const postmaster = adopted ?? (await launchPostgres(binaries.postgres, place, { port: secrets.port, fsync }));
  if (postmaster.port !== secrets.port) saveSecrets(secretsFile, { port: postmaster.port, password });
  if (!adopted) await login(postmaster.port);
  return { postmaster, password };
}

/** A data directory belongs to one major version of the server. */
function checkVersion(cluster: string, installed: string): void {
  const found = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (found !== installed) {
    throw new EmbeddedDatabaseFailed(
      "PostgreSQL",
      `${cluster} was made by version ${found}, and npm installed version ${installed}; dump it with the old one and restore, ` +
        "or move the folder away to begin with empty data",
    );
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = await connectToServer(url, "drumline embedded", LOCK_LIMIT_ALONE);
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function toUrl(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}
