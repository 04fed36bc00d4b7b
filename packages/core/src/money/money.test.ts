import { describe, expect, it } from "@jest/globals";

import { minorDigitsOf, parseMinor } from "./price.ts";

describe("a price", () => {
  it.each([
    ["12.50", "EUR", 1_250],
    ["12.5", "EUR", 1_250],
    ["12", "EUR", 1_200],
    ["12.500", "EUR", 1_250],
    ["0.01", "EUR", 1],
    ["1200", "JPY", 1_200],
    ["1.234", "KWD", 1_234],
    ["12.505", "EUR", null],
    ["1200.5", "JPY", null],
    ["12,50", "EUR", null],
    ["-1", "EUR", null],
    ["1e3", "EUR", null],
    ["", "EUR", null],
    ["9999999999999", "EUR", null],
  ])("of %s in %s is %s minor units", (text, currency, minor) => {
    expect(parseMinor(text, minorDigitsOf(currency)!)).toBe(minor);
  });

  it("needs a currency that exists", () => {
    expect(["XXA", "euro", ""].map(minorDigitsOf)).toEqual([null, null, null]);
  });
});
