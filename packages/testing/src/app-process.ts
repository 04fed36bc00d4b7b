import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { toWorkerNodeFlags } from "@drumline/core/process";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface AppProcess {
  /** Everything it has written so far. */
  output(): string;
  /** Resolves when it does its work; rejects, with what it wrote, when it ends before. */
  ready(): Promise<void>;
  kill(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Its exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts one of our processes as production does, with nothing of this process's environment but PATH. */
export function startApp(app: "beat" | "worker" | "api", env: Readonly<Record<string, string>>): AppProcess {
  const flags = app === "worker" ? toWorkerNodeFlags() : [];
  const child = spawn(process.execPath, [...flags, `apps/${app}/bin/${app}.js`], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (output += String(chunk)));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const message = once(child, "message");
  return {
    output: () => output,
    ready: async () => {
      const first = await Promise.race([message, ended]);
      if (!Array.isArray(first)) throw new Error(`${app} ended before it was ready: ${output}`);
    },
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    ended,
  };
}
