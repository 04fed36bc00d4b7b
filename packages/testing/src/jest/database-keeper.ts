import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../databases/keep-test-databases.ts", import.meta.url));

let keeper: ChildProcess | null = null;

/** Starts the databases of this jest run and returns what they say of themselves, as JSON. */
export async function startDatabaseKeeper(rootDir: string): Promise<string> {
  keeper = spawn(process.execPath, ["--import", "tsx", PROGRAM], {
    cwd: rootDir,
    // Ctrl-C is for jest; the keeper sees its end.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: keeper.stdout! })) return line;
  throw new Error("the databases for the tests did not start; the reason is above");
}

export async function stopDatabaseKeeper(): Promise<void> {
  if (keeper === null || keeper.exitCode !== null) return;
  const ended = once(keeper, "exit");
  keeper.stdin!.end();
  await ended;
  keeper = null;
}
