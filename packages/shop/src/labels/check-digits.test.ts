import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import { checkCharacterOf, type CheckScheme, GS1 } from "./check-digits.ts";
import { findNumberFault } from "./number-fault.ts";

describe("a check digit", () => {
  it.each([
    ["12345678", "5"],
    ["47110815", "1"],
    ["47312482", "9"],
    ["00071759", "5"],
    ["96633102", "0"],
    ["76129403", "8"],
    ["00071758", "1"],
    // A remainder of 1 makes 10, which is written 0.
    ["00000008", "0"],
    ["00000012", "0"],
    // A remainder of 0 makes 11, which is written 5.
    ["00000000", "5"],
    ["00000015", "5"],
    ["00000034", "5"],
  ])("of the S10 serial %s is %s", (serial, digit) => {
    expect(checkCharacterOf({ kind: "s10" }, serial)).toBe(digit);
  });

  it.each([
    ["00614141123456789", "0"],
    ["12345678901234567", "5"],
    ["09528765432101234", "6"],
  ])("of the SSCC %s is %s", (serial, digit) => {
    expect(checkCharacterOf(GS1, serial)).toBe(digit);
  });

  it("is not asked of what is no serial", () => {
    expect(() => checkCharacterOf({ kind: "s10" }, "1234567")).toThrow(RangeError);
    expect(() => checkCharacterOf({ kind: "mod7" }, "12a")).toThrow(RangeError);
  });
});

describe("a parcel's number", () => {
  it.each([
    ["postnl", "RB123456785GB", null],
    ["postnl", "RB123456786GB", "the S10 number RB123456786GB has the check digit 6, expected 5"],
    ["dhl", "123456789012345670", "the SSCC number 123456789012345670 has the check digit 0, expected 5"],
    ["ups", "1Z5R89390357567127", null],
    ["UPS Standard", "1Z5R89390357567128", "expected 7"],
    ["dhl-express", "3318810025", null],
    ["dhl-express", "3318810010", "expected 4"],
    // Another carrier's ten digits mean nothing to us.
    ["postnl", "3318810010", null],
    ["postnl", "3SABCD1234567", null],
  ])("of %s: %s", (carrier, number, fault) => {
    const found = findNumberFault(carrier, number);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toContain(fault);
  });
});

/** Numbers that the makers of `tracking_number_data` collected; not part of the repository. */
const NUMBERS = new URL("../../../../../shared/data/payloads/tracking-numbers/couriers/", import.meta.url);

interface Carrier {
  tracking_numbers: {
    name: string;
    regex: string | string[];
    validation: {
      checksum?: Checksum;
      serial_number_format?: { prepend_if?: { matches_regex: string; content: string } };
    };
    test_numbers: { valid: string[]; invalid: string[] };
  }[];
}

interface Checksum {
  name: string;
  weightings?: number[];
  evens_multiplier?: number;
  odds_multiplier?: number;
  modulo1?: number;
}

if (existsSync(NUMBERS)) {
  const kinds = readdirSync(NUMBERS).flatMap((file) => {
    const carrier = JSON.parse(readFileSync(new URL(file, NUMBERS), "utf8")) as Carrier;
    return carrier.tracking_numbers.filter(({ validation }) => validation.checksum !== undefined);
  });

  describe.each(kinds.map((kind) => [kind.name, kind] as const))(
    "a number of %s",
    (_, { regex, validation, test_numbers }) => {
      const shape = new RegExp(`^${typeof regex === "string" ? regex : regex.join("")}$`);
      const isRight = (number: string): boolean => {
        const groups = shape.exec(number)?.groups;
        if (groups === undefined) return false;
        const serial = groups["SerialNumber"]!.replaceAll(/\s/g, "");
        const { matches_regex: when, content = "" } = validation.serial_number_format?.prepend_if ?? {};
        const whole = when !== undefined && new RegExp(when).test(serial) ? content + serial : serial;
        return checkCharacterOf(toScheme(validation.checksum!), whole) === groups["CheckDigit"]!.trim();
      };

      it("is judged as its carrier judges it", () => {
        expect(test_numbers.valid.filter((number) => !isRight(number))).toEqual([]);
      });

      it("with another check digit is wrong", () => {
        for (const number of test_numbers.valid) {
          const trimmed = number.trimEnd();
          const others = Array.from("0123456789").filter((digit) => digit !== trimmed.at(-1));
          const at = shape.exec(number)!.groups!["CheckDigit"] === trimmed.at(-1) ? trimmed.length - 1 : -1;
          if (at >= 0) expect(others.filter((digit) => isRight(trimmed.slice(0, at) + digit))).toEqual([]);
        }
      });
    },
  );
} else {
  it("finds the carriers' numbers", () => {
    console.warn(`skipped: no ${NUMBERS.pathname}`);
    expect(process.env["CI"]).not.toBe("true");
  });
}

function toScheme({ name, ...sum }: Checksum): CheckScheme {
  switch (name) {
    case "s10":
    case "mod7":
    case "luhn":
      return { kind: name };
    case "mod_37_36":
      return { kind: "mod37-36" };
    case "mod10":
      return { kind: "mod10", even: sum.evens_multiplier!, odd: sum.odds_multiplier!, fromRight: false };
    default:
      return { kind: "weighted", weights: sum.weightings!, modulo: sum.modulo1! };
  }
}
