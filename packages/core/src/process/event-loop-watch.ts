import { createHistogram } from "node:perf_hooks";

import { MINUTE_MS } from "../clock/index.ts";

/** How late timers of this process fired: 0 while nothing holds the event loop. All in milliseconds. */
export interface EventLoopDelay {
  /** Since the last look. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The longest single block since the last look. */
  readonly maxMs: number;
  /** The 99th percentile of the last whole minute; null before the first has passed. */
  readonly minuteP99Ms: number | null;
}

export interface EventLoopWatch {
  /** What was measured since the last look, which begins anew. */
  look(): EventLoopDelay;
  stop(): void;
}

const SAMPLE_EVERY_MS = 20;
const US_PER_MS = 1_000;

/**
 * Measures how late a timer of this process fires. Not by `monitorEventLoopDelay`: after a reset it leaves
 * out its first sample, so a block right after a look would be lost.
 */
export function watchEventLoop(nowMs: () => number = () => performance.now()): EventLoopWatch {
  const [sinceLook, minute] = [createHistogram(), createHistogram()];
  let minuteSinceMs = nowMs();
  let minuteP99Ms: number | null = null;
  let lastMs = performance.now();

  const timer = setInterval(() => {
    const sampledMs = performance.now();
    // A histogram takes no 0.
    const delayUs = Math.max(1, Math.round((sampledMs - lastMs - SAMPLE_EVERY_MS) * US_PER_MS));
    lastMs = sampledMs;
    sinceLook.record(delayUs);
    minute.record(delayUs);
  }, SAMPLE_EVERY_MS);
  timer.unref();

  return {
    look: () => {
      if (nowMs() - minuteSinceMs >= MINUTE_MS) {
        minuteP99Ms = toMs(minute.percentile(99));
        minute.reset();
        minuteSinceMs = nowMs();
      }
      const delay = {
        p50Ms: toMs(sinceLook.percentile(50)),
        p99Ms: toMs(sinceLook.percentile(99)),
        maxMs: toMs(sinceLook.max),
        minuteP99Ms,
      };
      sinceLook.reset();
      return delay;
    },
    stop: () => clearInterval(timer),
  };
}

/** Whole tenths, so that the heartbeat's row stays short. */
const toMs = (us: number): number => Math.round((us / US_PER_MS) * 10) / 10;
