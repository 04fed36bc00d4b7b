import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";

export interface BenchChild {
  /** What it said when it was ready. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly process: ChildProcess;
  /** Seconds of processor time so far, user and system. */
  cpuSeconds(): number;
  /** The most it ever held, or since `forgetPeak`. */
  rssMegabytes(): number;
  /** Leaves out what only its start took. */
  forgetPeak(): void;
  stop(): Promise<void>;
}

/** Starts a process of the product for a bench and waits until it does its work. */
export async function startChild(
  file: string,
  {
    args = [],
    env = {},
    flags = [],
    output = "inherit",
  }: {
    args?: readonly string[];
    env?: Record<string, string>;
    flags?: readonly string[];
    /** A file's descriptor for what it prints. */
    output?: number | "inherit";
  } = {},
): Promise<BenchChild> {
  const child = fork(new URL(file, import.meta.url), [...args], {
    // A program of the product finds its own way to run; after the loader, what the flags import may be TypeScript.
    execArgv: [...(file.endsWith(".ts") ? ["--import", "tsx"] : []), ...flags],
    env: { ...process.env, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", output, output, "ipc"],
  });
  const message = await untilReady(child, file);
  return {
    message,
    process: child,
    cpuSeconds: () => readCpuSeconds(child.pid!),
    rssMegabytes: () => readRssMegabytes(child.pid!),
    forgetPeak: () => writeFileSync(`/proc/${child.pid!}/clear_refs`, "5"),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

function untilReady(child: ChildProcess, file: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as Record<string, unknown>));
    child.once("exit", (code) => reject(new Error(`${file} ended with code ${code} before it was ready`)));
  });
}

const TICKS_PER_SECOND = 100;

function readCpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function readRssMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1_024);
}
