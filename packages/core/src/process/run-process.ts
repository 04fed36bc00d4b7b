import { messageOf } from "../errors/index.ts";
import { toPrintable } from "../log/index.ts";
import { announceReady, untilAskedToEnd } from "./asked-to-end.ts";

/** Something that runs until it is stopped. */
export interface RunningProcess {
  stop(): Promise<void>;
}

/** The life of a process: start, say so, wait to be asked to end, stop. A failed start is one message and exit code 1. */
export async function runProcess(name: string, start: () => Promise<RunningProcess>): Promise<void> {
  const askedToEnd = untilAskedToEnd();
  try {
    const running = await start();
    announceReady();
    await askedToEnd;
    await running.stop();
  } catch (error) {
    process.stderr.write(`${name}: ${toPrintable(messageOf(error))}\n`);
    process.exitCode = 1;
  }
  if (process.connected) process.disconnect();
}
