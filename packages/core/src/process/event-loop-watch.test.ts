import { setTimeout as wait } from "node:timers/promises";

import { afterEach, describe, expect, it } from "@jest/globals";

import { MINUTE_MS } from "../clock/index.ts";
import { type EventLoopWatch, watchEventLoop } from "./event-loop-watch.ts";

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe("the watch of the event loop", () => {
  let watch: EventLoopWatch;
  let nowMs = 0;
  afterEach(() => watch.stop());

  it("sees a block as long as it was, once, and begins anew with each look", async () => {
    watch = watchEventLoop(() => nowMs);
    await wait(50);
    block(1_000);
    await wait(50);
    const { p50Ms, p99Ms, maxMs } = watch.look();
    expect(maxMs).toBeGreaterThanOrEqual(950);
    expect(p99Ms).toBeLessThanOrEqual(maxMs);
    expect(p50Ms).toBeLessThanOrEqual(p99Ms);
    await wait(50);
    expect(watch.look().maxMs).toBeLessThan(maxMs);
  });

  it("tells the 99th percentile of whole minutes only", async () => {
    watch = watchEventLoop(() => nowMs);
    await wait(30);
    block(500);
    await wait(30);
    nowMs += MINUTE_MS - 1;
    expect(watch.look().minuteP99Ms).toBeNull();
    nowMs += 1;
    const { minuteP99Ms } = watch.look();
    expect(minuteP99Ms).toBeGreaterThanOrEqual(450);
    nowMs += MINUTE_MS - 1;
    expect(watch.look().minuteP99Ms).toBe(minuteP99Ms);
  });

  it("says 0 when it is asked before it has measured anything", () => {
    watch = watchEventLoop();
    expect(watch.look()).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0, minuteP99Ms: null });
  });
});
