import { type Clock, SECOND_MS } from "@drumline/core/clock";

import { isSameProcess, type ProcessIdentity } from "@drumline/core/process";

/** How a person or a service manager asks to end. */
export interface StopSignals {
  /** Aborted by the first request, with a reason in words. */
  readonly stop: AbortSignal;
  /** Aborted by a second, later one: do not wait any longer. */
  readonly force: AbortSignal;
  /** Also ends for a reason of our own. */
  request(why: string): void;
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
// One Ctrl-C comes twice under npm: from the terminal, and once more passed on by npm itself.
const SAME_REQUEST_MS = SECOND_MS;
const LOOK_AT_LAUNCHER_MS = 500;

/**
 * Listens for Ctrl-C, SIGTERM and a closed terminal.
 * @param launcher the npm that launched this process; when it is killed, nobody is left who could stop us
 */
export function listenForStop(clock: Clock, launcher: ProcessIdentity | null): StopSignals {
  const stop = new AbortController();
  const force = new AbortController();
  let firstAtMs = 0;
  const request = (why: string) => {
    const nowMs = clock.now().getTime();
    if (!stop.signal.aborted) {
      firstAtMs = nowMs;
      stop.abort(why);
    } else if (nowMs - firstAtMs > SAME_REQUEST_MS) force.abort(why);
  };
  const listeners = SIGNALS.map((signal) => [signal, () => request(signal === "SIGINT" ? "Ctrl-C" : signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const watch =
    launcher === null
      ? undefined
      : setInterval(() => {
          if (!stop.signal.aborted && !isSameProcess(launcher)) request("npm was killed");
        }, LOOK_AT_LAUNCHER_MS);
  return {
    stop: stop.signal,
    force: force.signal,
    request,
    dispose: () => {
      clearInterval(watch);
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}
