import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { createTickTimer } from "./tick-timer.ts";

describe("createTickTimer", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it("wakes once for each due instant, the soonest first", () => {
    const wakes: number[] = [];
    const tickTimer = createTickTimer(() => Date.now());
    const start = Date.now();
    tickTimer.wakeAt(start + 500);
    tickTimer.listen(() => wakes.push(Date.now() - start));
    tickTimer.wakeAt(start + 200);
    tickTimer.wakeAt(start + 500);
    jest.advanceTimersByTime(1_000);
    expect(wakes).toEqual([200, 500]);
  });

  it("wakes no more once it is stopped", () => {
    const wake = jest.fn();
    const tickTimer = createTickTimer(() => Date.now());
    tickTimer.listen(wake);
    tickTimer.wakeAt(Date.now() + 10);
    tickTimer.stop();
    jest.advanceTimersByTime(100);
    expect(wake).not.toHaveBeenCalled();
  });
});
