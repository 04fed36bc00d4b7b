import { setTimeout as sleep } from "node:timers/promises";
import { identityOf } from "@drumline/core/process";

const PATIENCE_MS = 30_000;
const POLL_MS = 10;

/** Asks a process to end and waits until it has; one that does not within 30 s is made to. */
export async function endProcess(pid: number, ask: NodeJS.Signals, force: NodeJS.Signals): Promise<void> {
  const identity = identityOf(pid);
  if (identity === null) return;
  process.kill(pid, ask);
  for (let waitedMs = 0; identityOf(pid) === identity; waitedMs += POLL_MS) {
    if (waitedMs === PATIENCE_MS) process.kill(pid, force);
    await sleep(POLL_MS);
  }
}
