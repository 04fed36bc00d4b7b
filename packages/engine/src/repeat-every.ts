import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";

/** Does something again and again with a pause between, never twice at once; a failure is logged and tried again. */
export function repeatEvery(
  pauseMs: number,
  what: string,
  log: Log,
  act: () => Promise<unknown>,
  firstPauseMs = pauseMs,
): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();

  const turn = async () => {
    try {
      await act();
    } catch (error) {
      log.error({ error: messageOf(error) }, `${what} failed; trying again`);
    }
    if (!stopped) schedule(pauseMs);
  };
  const schedule = (afterMs: number) => {
    timer = setTimeout(() => {
      underWay = turn();
    }, afterMs);
  };
  schedule(firstPauseMs);

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
