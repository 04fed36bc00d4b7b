import { monitorEventLoopDelay } from "node:perf_hooks";

/** What a worker's loop was late by, since the measuring began. */
export interface LoopDelay {
  readonly loopDelay: { readonly p999Ms: number; readonly maxMs: number; readonly count: number };
}

const EVERY_MS = 1_000;
const MS = 1e6;

// Preloaded into a worker of this bench: measures once the parent says so, and tells it every second.
const histogram = monitorEventLoopDelay({ resolution: 10 });
process.on("message", (message) => {
  if (message !== "measure") return;
  histogram.enable();
  setInterval(() => {
    const p999Ms = histogram.percentile(99.9) / MS;
    if (process.connected)
      process.send!({ loopDelay: { p999Ms, maxMs: histogram.max / MS, count: histogram.count } } satisfies LoopDelay);
  }, EVERY_MS).unref();
});
