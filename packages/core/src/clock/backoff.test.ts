import { describe, expect, it } from "@jest/globals";

import { backoffAfter } from "./backoff.ts";

const MINUTELY = { firstMs: 60_000, longestMs: 3_600_000 };

describe("backoffAfter", () => {
  it("doubles with each failure up to the longest", () => {
    const pauses = [1, 2, 3, 6, 7, 8, 1_000_000].map((failures) => backoffAfter(failures, MINUTELY) / 60_000);
    expect(pauses).toEqual([1, 2, 4, 32, 60, 60, 60]);
  });

  it("is the first pause where nothing has failed yet", () => {
    expect(backoffAfter(0, MINUTELY)).toBe(60_000);
  });

  it("is spread over the upper half by chance", () => {
    expect(backoffAfter(2, { ...MINUTELY, random: 0 })).toBe(60_000);
    expect(backoffAfter(2, { ...MINUTELY, random: 0.5 })).toBe(90_000);
  });

  it("stays nothing where the first is nothing, however often it fails", () => {
    expect(backoffAfter(5_000, { firstMs: 0, longestMs: 1_000 })).toBe(0);
  });
});
