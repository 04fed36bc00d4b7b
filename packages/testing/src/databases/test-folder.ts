import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf } from "@drumline/core/process";
import { canHoldCluster, deleteDatabases } from "@drumline/standalone/embedded";

const UNUSED_TEMPLATE_MS = 7 * 24 * 60 * 60 * 1000;

/** Where the databases of every test run of this user are, whatever the checkout. */
export function openTestFolder(): string {
  const parent = [tmpdir(), "/tmp", "/var/tmp"].find((candidate) => existsSync(candidate) && canHoldCluster(candidate));
  const folder = join(parent ?? tmpdir(), `drumline-test-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const { uid } = lstatSync(folder);
  if (process.getuid && uid !== process.getuid()) {
    throw new Error(
      `${folder} belongs to user id ${uid}, not to you: delete it, or set TMPDIR to a folder of your own`,
    );
  }
  return folder;
}

/** A folder that tells which process it belongs to, so that a later run can see that nobody needs it any more. */
export function makeRunFolder(testFolder: string): string {
  const folder = join(testFolder, runName(process.pid));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o755 });
  return folder;
}

/** Ends and deletes what killed runs left behind, and deletes templates that nobody used for a week. */
export async function sweepTestFolder(testFolder: string, now: Date): Promise<void> {
  for (const name of readdirSync(testFolder)) {
    const path = join(testFolder, name);
    const pid = Number(/^(?:run|building)-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid > 0 && name.replace("building", "run") !== runName(pid)) {
      await deleteDatabases(path);
    } else if (name.startsWith("template-") && isUnused(path, now)) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

export function runName(pid: number): string {
  const start = createHash("sha256")
    .update(String(identityOf(pid)))
    .digest("hex")
    .slice(0, 8);
  return `run-${pid}-${start}`;
}

function isUnused(path: string, now: Date): boolean {
  const modifiedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  return now.getTime() - modifiedAt > UNUSED_TEMPLATE_MS;
}
