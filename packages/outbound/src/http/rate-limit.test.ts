import { describe, expect, it } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";

import { createRateLimit } from "./rate-limit.ts";

describe("createRateLimit", () => {
  it("lets a second's worth go at once and spaces the rest", () => {
    const next = createRateLimit(10, manualClock(new Date(0)));
    expect(Array.from({ length: 13 }, next)).toEqual([...Array.from({ length: 10 }, () => 0), 100, 200, 300]);
  });

  it("fills up again with time, to a second's worth at most", () => {
    const clock = manualClock(new Date(0));
    const next = createRateLimit(2, clock);
    expect([next(), next(), next()]).toEqual([0, 0, 500]);
    clock.advance(60_000);
    expect([next(), next(), next()]).toEqual([0, 0, 500]);
  });
});
