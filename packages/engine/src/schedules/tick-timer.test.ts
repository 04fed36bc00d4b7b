import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { createTickAlarm } from "./tick-timer.ts";

describe("createTickAlarm", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it("rings once for each due instant, the soonest first", () => {
    const rings: number[] = [];
    const alarm = createTickAlarm(() => Date.now());
    const start = Date.now();
    alarm.ringAt(start + 500);
    alarm.listen(() => rings.push(Date.now() - start));
    alarm.ringAt(start + 200);
    alarm.ringAt(start + 500);
    jest.advanceTimersByTime(1_000);
    expect(rings).toEqual([200, 500]);
  });

  it("rings no more once it is stopped", () => {
    const ring = jest.fn();
    const alarm = createTickAlarm(() => Date.now());
    alarm.listen(ring);
    alarm.ringAt(Date.now() + 10);
    alarm.stop();
    jest.advanceTimersByTime(100);
    expect(ring).not.toHaveBeenCalled();
  });
});
