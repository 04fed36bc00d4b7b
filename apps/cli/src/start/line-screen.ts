import { type Clock, SECOND_MS } from "@drumline/core/clock";

import { formatCounters } from "./counters.ts";
import { formatStep, type Output, type Screen } from "./screen.ts";

const AT_LEAST_EVERY_MS = 10 * SECOND_MS;
const AT_MOST_EVERY_MS = 2 * SECOND_MS;
const SAY_AGAIN_AFTER_MS = 30 * SECOND_MS;
const MOST_REMEMBERED = 1_000;

/** For pipes, files and services: whole lines only, a count when it changed and every ten seconds when it did not. */
export function openLineScreen(output: Output, clock: Clock): Screen {
  const saidAtMs = new Map<string, number>();
  let lastLine = "";
  let lastAtMs = -Infinity;
  const say = (line: string) => void output.write(`${line}\n`);
  return {
    say,
    step: (what, tookMs) => say(formatStep(what, tookMs)),
    trouble: (process, line) => {
      const nowMs = clock.now().getTime();
      const what = `${process}: ${line}`;
      // One store that is away makes every process say so many times a second.
      if (nowMs - (saidAtMs.get(what) ?? -Infinity) < SAY_AGAIN_AFTER_MS) return;
      saidAtMs.set(what, nowMs);
      if (saidAtMs.size > MOST_REMEMBERED) saidAtMs.clear();
      say(what);
    },
    count: (counters) => {
      const line = formatCounters(counters);
      const sinceMs = clock.now().getTime() - lastAtMs;
      if (sinceMs < (line === lastLine ? AT_LEAST_EVERY_MS : AT_MOST_EVERY_MS)) return;
      say(line);
      lastLine = line;
      lastAtMs = clock.now().getTime();
    },
    close: () => {},
  };
}
