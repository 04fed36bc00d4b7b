import { describe, expect, it } from "@jest/globals";

import {
  adyenUnits,
  AmountNotPossible,
  mollieUnits,
  parseDecimal,
  parseWireUnits,
  stripeUnits,
  toDecimal,
  toWireUnits,
} from "./amounts.ts";

describe("an amount of Mollie's", () => {
  it.each([
    ["10.00", "EUR", 1_000n],
    ["10.01", "EUR", 1_001n],
    ["10.0", "EUR", 1_000n],
    ["19.99", "EUR", 1_999n],
    ["100", "JPY", 100n],
    ["100.00", "JPY", 100n],
    ["100", "ISK", 100n],
    ["1.23", "BHD", 1_230n],
    ["9007199254740.93", "EUR", null],
    ["999999999999.99", "EUR", 99_999_999_999_999n],
    ["10.005", "EUR", null],
    ["100.5", "JPY", null],
    ["-1.00", "EUR", null],
    ["10,00", "EUR", null],
    ["1e3", "EUR", null],
    ["", "EUR", null],
  ])("of %p %s is %p minor units", (value, currency, minor) => {
    if (minor === null) expect(() => parseDecimal(value, currency)).toThrow(AmountNotPossible);
    else expect(parseDecimal(value, currency)).toEqual({ minor, currency });
  });

  it.each([
    [1_999n, "EUR", "19.99"],
    [5n, "EUR", "0.05"],
    [0n, "EUR", "0.00"],
    [100n, "JPY", "100"],
    [100n, "ISK", "100"],
    [100n, "CLP", "100.00"],
    [1_230n, "BHD", "1.23"],
  ])("is written for %p minor units of %s as %p, by its characters", (minor, currency, text) => {
    expect(toDecimal({ minor, currency }, mollieUnits, "Mollie")).toBe(text);
  });

  it("is not rounded to what Mollie can count", () => {
    expect(() => toDecimal({ minor: 1_234n, currency: "BHD" }, mollieUnits, "Mollie")).toThrow(
      "Mollie cannot be told 1234 minor units of BHD: it counts that currency with 2 digits after the point. Round",
    );
  });
});

describe("an integer amount", () => {
  it.each([
    ["Stripe", stripeUnits, "EUR", 1_999n, 1_999n],
    ["Stripe", stripeUnits, "JPY", 100n, 100n],
    ["Stripe", stripeUnits, "CLP", 100n, 100n],
    ["Stripe", stripeUnits, "ISK", 100n, 10_000n],
    ["Stripe", stripeUnits, "KWD", 1_230n, 1_230n],
    ["Adyen", adyenUnits, "EUR", 1_999n, 1_999n],
    ["Adyen", adyenUnits, "CLP", 10n, 1_000n],
    ["Adyen", adyenUnits, "ISK", 100n, 10_000n],
    ["Adyen", adyenUnits, "CVE", 1_200n, 12n],
    ["Adyen", adyenUnits, "DJF", 7n, 7n],
    ["Adyen", adyenUnits, "BHD", 1_234n, 1_234n],
    ["Adyen", adyenUnits, "JPY", 100n, 100n],
  ])("of %s' %p in %s is ours and back: %s, on the wire %s", (provider, unitsOf, currency, minor, units) => {
    expect(toWireUnits({ minor, currency }, unitsOf, provider)).toBe(units);
    expect(parseWireUnits(units, currency, unitsOf)).toEqual({ minor, currency });
  });

  it("may be beyond what a double holds", () => {
    expect(parseWireUnits(2n ** 53n + 1n, "EUR", stripeUnits).minor).toBe(9_007_199_254_740_993n);
  });

  it("is refused where it is finer than the currency, or the wire than the amount", () => {
    expect(() => parseWireUnits(1_050n, "CLP", adyenUnits)).toThrow("is no amount of CLP");
    expect(() => parseWireUnits(-1n, "EUR", stripeUnits)).toThrow(AmountNotPossible);
    expect(() => toWireUnits({ minor: 1_234n, currency: "KWD" }, stripeUnits, "Stripe")).toThrow("in steps of 10");
    expect(() => toWireUnits({ minor: 1_250n, currency: "CVE" }, adyenUnits, "Adyen")).toThrow(AmountNotPossible);
  });
});
