import { describe, expect, it } from "@jest/globals";

import { formatSpan } from "./render-overview.js";

describe("formatSpan", () => {
  it.each([
    [0, "0 ms"],
    [42, "42 ms"],
    [1_500, "1.5 s"],
    [42_000, "42 s"],
    [5 * 60_000, "5 min"],
    [59 * 60_000 + 59_999, "1 h"],
    [3 * 3_600_000 + 5 * 60_000, "3 h 5 min"],
    [24 * 3_600_000, "1 d"],
    [52 * 3_600_000, "2 d 4 h"],
  ])("says %d ms as %s", (ms, words) => {
    expect(formatSpan(ms)).toBe(words);
  });
});
