import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Database } from "@drumline/db";

import { testDatabase } from "./test-database.ts";
import { testRedis } from "./test-redis.ts";

const DRUMLINE = fileURLToPath(new URL("../../../apps/cli/bin/drumline.js", import.meta.url));

/** How a call of `drumline` ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** `drumline` over a database and a queue of its own; each call is a process. */
export interface CommandLine {
  readonly db: Database;
  run(...args: string[]): Promise<Ended>;
  close(): Promise<void>;
}

export async function openCommandLine(): Promise<CommandLine> {
  const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
  const env = { PATH: process.env["PATH"], DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "" };
  return {
    db: database.db,
    run: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, [DRUMLINE, ...args], { env }, (error, output, errors) => {
          resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors });
        });
      }),
    close: async () => {
      await Promise.all([database.close(), redis?.close()]);
    },
  };
}
