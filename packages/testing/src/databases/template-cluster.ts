import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmbeddedPostgres } from "@drumline/standalone/embedded";
import { ensureTemplate } from "./template-database.ts";
import { runName } from "./test-folder.ts";

const run = promisify(execFile);

/**
 * Puts a stopped cluster with the migrated template database into a run's folder. It is made once per state of the
 * migrations and copied from then on, which takes a fifth of the time.
 */
export async function copyTemplateCluster(testFolder: string, runFolder: string, checksum: string): Promise<void> {
  const source = join(testFolder, `template-${checksum}`);
  if (!existsSync(source)) await buildTemplateCluster(testFolder, source, checksum);
  const now = new Date();
  utimesSync(source, now, now);
  // The server may belong to another user than we do; Node's own copy would not keep that.
  await run("cp", ["-a", `${source}/.`, runFolder]);
}

async function buildTemplateCluster(testFolder: string, target: string, checksum: string): Promise<void> {
  const unfinished = join(testFolder, runName(process.pid).replace("run", "building"));
  mkdirSync(unfinished, { mode: 0o755 });
  const server = await startEmbeddedPostgres({ dataDir: unfinished, fsync: false });
  try {
    await ensureTemplate(server.url, checksum);
  } finally {
    await server.stop();
  }
  try {
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // A run beside this one was faster; its template is as good as ours.
    if (!existsSync(target)) throw error;
  }
}
