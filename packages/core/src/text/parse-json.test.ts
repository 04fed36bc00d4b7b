import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { parseJson, UnreadableJson } from "./index.ts";

describe("parseJson", () => {
  it.each([
    ["9007199254740993", "9007199254740993"],
    ["9007199254740991", 9_007_199_254_740_991],
    ["-9007199254740993", "-9007199254740993"],
    ["820982911946154508", "820982911946154508"],
    ["12345678901234567890", "12345678901234567890"],
    ["1.10", 1.1],
    ["0.12345678901234567890", 0.123_456_789_012_345_68],
    ["1e400", "1e400"],
    ["-1E400", "-1E400"],
    ["1e2", 100],
    ["9007199254740993.0", "9007199254740993.0"],
    ["-9007199254740993.5", "-9007199254740993.5"],
    ["9.007199254740993E15", "9.007199254740993E15"],
    ["9007199254740994.0", 9_007_199_254_740_994],
    ["1e16", 1e16],
    ["1.5E+300", 1.5e300],
    ['"9007199254740993"', "9007199254740993"],
    ['"a\\"9007199254740993"', 'a"9007199254740993'],
    ['"\\\\",', UnreadableJson],
  ])("reads %s", (text, expected) => {
    if (expected === UnreadableJson) expect(() => parseJson(text)).toThrow(UnreadableJson);
    else expect(parseJson(text)).toBe(expected);
  });

  it("refuses numbers that cannot be kept exactly, or keeps all as they are written, where that is asked for", () => {
    expect(() => parseJson('{"a":9007199254740993}', { inexactNumbers: "refused" })).toThrow(
      "holds the number 9007199254740993, which cannot be kept exactly (at character 5)",
    );
    expect(parseJson("[1.10,1]", { inexactNumbers: "refused" })).toEqual([1.1, 1]);
    expect(parseJson('[1.10,-0,1E2,"1"]', { inexactNumbers: "text" })).toEqual(["1.10", "-0", "1E2", "1"]);
    for (const text of ["[01]", "[1.]", "[--1]"])
      expect(() => parseJson(text, { inexactNumbers: "text" })).toThrow(UnreadableJson);
  });

  it("keeps big numbers wherever they stand", () => {
    expect(parseJson('{"id":820982911946154508,"l":[9007199254740993,1],"t":"[9007199254740993]"}')).toEqual({
      id: "820982911946154508",
      l: ["9007199254740993", 1],
      t: "[9007199254740993]",
    });
  });

  it.each(["", "{", '{"a":}', "[1,]", "<html>", '"open', "01", "--1", "9007199254740993.5.5", "nul", "[1}"])(
    "refuses %j with its own error",
    (text) => expect(() => parseJson(text)).toThrow(UnreadableJson),
  );

  it("refuses a depth and a number of values that would fill the heap, before anything is built", () => {
    expect(() => parseJson("[".repeat(1_000_000))).toThrow("is more than 100 levels deep (at character 100)");
    expect(() => parseJson(`[${"[],".repeat(600_000)}1]`)).toThrow("holds more than 500000 values");
    expect(() => parseJson(`{${'"a":{},'.repeat(600_000)}"b":1}`)).toThrow("values");
  });

  it("reads whatever JSON.stringify writes as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("throws nothing but its own error, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{}",:\\0129-.eE tru'.split("")) }), (text) => {
        try {
          parseJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableJson);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
