import { describe, expect, it } from "@jest/globals";

import { minorDigitsOf, parseMinorUnits, toMinorUnits } from "./money.ts";

describe("an amount", () => {
  it.each([
    ["12.50", "EUR", 1_250n],
    ["12.5", "EUR", 1_250n],
    ["12", "EUR", 1_200n],
    ["12.500", "EUR", 1_250n],
    ["0.01", "EUR", 1n],
    ["1200", "JPY", 1_200n],
    ["1.234", "KWD", 1_234n],
    ["-1", "EUR", -100n],
    // Written without decimals, and counted in hundredths all the same.
    ["10.50", "HUF", 1_050n],
    ["10", "IDR", 1_000n],
    ["1.234", "IQD", 1_234n],
    ["12.505", "EUR", null],
    ["1200.5", "JPY", null],
    ["12,50", "EUR", null],
    ["1e3", "EUR", null],
    ["", "EUR", null],
    ["9999999999999", "EUR", null],
  ])("of %s in %s is %s minor units", (text, currency, minor) => {
    expect(toMinorUnits(text, minorDigitsOf(currency)!)).toBe(minor);
  });

  it("needs a currency that exists", () => {
    expect(["XXA", "euro", ""].map(minorDigitsOf)).toEqual([null, null, null]);
  });

  it("says what is wrong with it where it has to be one", () => {
    expect(parseMinorUnits("163.21", "BRL")).toBe(16_321n);
    expect(() => parseMinorUnits("163.215", "BRL")).toThrow('at most 2 decimals for BRL, got "163.215"');
    expect(() => parseMinorUnits("1", "euro")).toThrow('expected a currency code such as BRL, got "euro"');
  });
});
