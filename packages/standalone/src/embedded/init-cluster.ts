import { spawn } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { EmbeddedDatabaseFailed } from "./errors.ts";
import type { ClusterPlace, ServerUser } from "./postgres-place.ts";

export const SUPERUSER = "drumline";

/** What a server of ours sees of the environment: nothing that could redirect it (PGDATA, PGPORT, locale, ...). */
export const SERVER_ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" };

/** Makes the data directory beside its place and moves it in one step: a killed start leaves no half-made one. */
export async function initCluster(
  initdb: string,
  { folder, cluster, user }: ClusterPlace,
  { password, fsync }: { password: string; fsync: boolean },
): Promise<void> {
  for (const name of readdirSync(folder)) {
    if (name.startsWith("cluster.new")) await removeLeftover(join(folder, name));
  }
  const unfinished = join(folder, `cluster.new.${process.pid}`);
  const passwordFile = join(folder, `cluster.new.${process.pid}.password`);
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);

  const output = await run(initdb, user, [
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-instructions",
    ...(fsync ? [] : ["--no-sync"]),
  ]);
  rmSync(passwordFile, { force: true });
  if (output !== null) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new EmbeddedDatabaseFailed("PostgreSQL", `initdb failed in ${folder}: ${output.trim()}`);
  }
  renameSync(unfinished, cluster);
}

/** The initdb of a start that was killed may live on for a moment and write while its folder is being emptied. */
async function removeLeftover(path: string): Promise<void> {
  for (let triesLeft = 50; ; triesLeft -= 1) {
    try {
      return rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY" || triesLeft === 0) throw error;
      await wait(100);
    }
  }
}

/** Null when the program ended well, else what it said. */
function run(program: string, user: ServerUser | null, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...user,
      env: SERVER_ENVIRONMENT,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    child.stdout.on("data", (chunk) => said.push(String(chunk)));
    child.stderr.on("data", (chunk) => said.push(String(chunk)));
    child.once("error", (error) => resolve(`${program} cannot be run: ${error.message}`));
    child.once("close", (code) => resolve(code === 0 ? null : said.slice(-20).join("") || `exit code ${code}`));
  });
}
