import { describe, expect, it } from "@jest/globals";

import { placeTicks } from "./place-ticks.ts";

const HOUR_MS = 3_600_000;
const toShare = (ms: number): number => ms / HOUR_MS;

describe("placeTicks", () => {
  it("leaves ticks apart that can be told apart", () => {
    expect(placeTicks({ at: [0, 900, 1_800], count: [1, 1, 1] }, toShare)).toEqual([
      { share: 0, count: 1 },
      { share: 0.25, count: 1 },
      { share: 0.5, count: 1 },
    ]);
  });

  it("makes one with a number of those that would run together", () => {
    expect(placeTicks({ at: [0, 10, 30, 1_800], count: [1, 4, 1, 1] }, toShare)).toEqual([
      { share: 0, count: 6 },
      { share: 0.5, count: 1 },
    ]);
  });
});
