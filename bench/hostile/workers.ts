import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type BenchChild, startChild } from "../child.ts";
import type { LoopDelay } from "./loop-delay.ts";

/** What was seen of one worker process. */
export interface WorkerSeen {
  readonly name: string;
  readonly pid: number;
  /** Null while it lives, or where it was this program that ended it. */
  death: string | null;
  /** Of the delay of its event loop; see `LoopDelay`. */
  p999Ms: number;
  maxMs: number;
  withOthersP999Ms: number;
  rssMegabytes: number;
}

export interface Workers {
  readonly seen: readonly WorkerSeen[];
  /** Measures from now on; what a start takes is not counted. */
  measure(): void;
  stop(): Promise<void>;
}

const COUNT = 2;
const PRELOAD = fileURLToPath(new URL("loop-delay.ts", import.meta.url));

/** Workers that come back when they die, as a supervisor would have it. */
export async function startWorkers({
  logDir,
  env,
  flags,
}: {
  logDir: string;
  env: Record<string, string>;
  flags: readonly string[];
}): Promise<Workers> {
  const seen: WorkerSeen[] = [];
  const living = new Map<string, BenchChild>();
  let isStopping = false;
  let isMeasuring = false;
  const revivals: Promise<void>[] = [];

  const start = async (name: string): Promise<void> => {
    const output = openSync(join(logDir, `${name}.log`), "a");
    const child = await startChild("../apps/worker/src/main.ts", {
      env: { ...env, SHUTDOWN_GRACE_SECONDS: "2" },
      flags: [...flags, "--import", PRELOAD],
      output,
    });
    closeSync(output);
    const worker: WorkerSeen = {
      name,
      pid: child.process.pid!,
      death: null,
      p999Ms: 0,
      maxMs: 0,
      withOthersP999Ms: 0,
      rssMegabytes: 0,
    };
    seen.push(worker);
    living.set(name, child);
    child.process.on("message", (message) => {
      const { loopDelay } = message as LoopDelay;
      Object.assign(worker, loopDelay, { rssMegabytes: child.rssMegabytes() });
    });
    child.process.once("exit", (code, signal) => {
      living.delete(name);
      if (isStopping) return;
      worker.death = signal === null ? `exit code ${code}` : signal;
      revivals.push(
        start(name).catch((error: unknown) => void (worker.death += `; did not come back: ${String(error)}`)),
      );
    });
    if (isMeasuring) child.process.send("measure");
  };

  await Promise.all(Array.from({ length: COUNT }, (_, index) => start(`worker-${index + 1}`)));
  return {
    seen,
    measure: () => {
      isMeasuring = true;
      for (const child of living.values()) child.process.send("measure");
    },
    stop: async () => {
      isStopping = true;
      await Promise.all(revivals);
      await Promise.all([...living.values()].map((child) => child.stop()));
    },
  };
}
