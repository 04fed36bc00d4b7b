import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { type TestDatabase, testDatabase, testRedis, untilTrue } from "@drumline/testing";

const PROGRAM = fileURLToPath(new URL("../bin/api.js", import.meta.url));

export const PROCESS_TOKEN = "a-token-for-the-process-tests";

export interface ApiProcesses {
  readonly database: TestDatabase;
  /** A process of the api that answers, and where. */
  start(): Promise<{ readonly child: ChildProcess; readonly address: string }>;
  close(): Promise<void>;
}

/** Databases on which processes of the api are started, each on a port of its own, in `environment` (the test's own). */
export async function apiProcesses(environment: NodeJS.ProcessEnv): Promise<ApiProcesses> {
  const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis?.url ?? "",
    API_PORT: "0",
    API_ADMIN_TOKEN: PROCESS_TOKEN,
  };
  const children: ChildProcess[] = [];
  return {
    database,
    start: async () => {
      const child = spawn(process.execPath, [PROGRAM], {
        env: { ...environment, ...env },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      });
      children.push(child);
      let output = "";
      child.stdout!.on("data", (chunk) => (output += String(chunk)));
      await once(child, "message");
      await untilTrue(() => output.includes("address"), { what: "the api has said where it listens" });
      return { child, address: /"address":"([^"]+)"/.exec(output)![1]! };
    },
    close: async () => {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all([database.close(), redis?.close()]);
    },
  };
}
