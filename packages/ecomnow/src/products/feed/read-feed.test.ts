import { isStorable } from "@drumline/core/text";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { FeedUnusable } from "./feed-unusable.ts";
import { createFeedReader, type FeedLine, type FeedShape } from "./read-feed.ts";

const shape = (format: FeedShape["format"], kind: FeedShape["kind"] = "STOCK"): FeedShape => ({
  kind,
  format,
  encoding: "utf-8",
  delimiter: ",",
  columns: {},
});

function read(text: string | Uint8Array, given: FeedShape): FeedLine[] {
  const reader = createFeedReader(given);
  return [...reader.push(Buffer.from(text)), ...reader.end().lines];
}

/** The SKU that the line says, or why it says none. */
function skuOf(text: string): string {
  const [line] = read(`${text}\n`, shape("JSON_LINES"));
  return line!.bad === null ? line!.item.sku : line!.bad.code;
}

describe("a line of a JSON-lines feed", () => {
  it.each([
    ['{"sku":9007199254740993,"quantity":5}', "9007199254740993"],
    ['{"sku":12345678901234567890,"quantity":5}', "12345678901234567890"],
    ['{"sku":1.10,"quantity":5}', "1.10"],
    ['{"sku":7,"quantity":5}', "7"],
    ['{"sku":"A","quantity":5.0}', "A"],
    ['{"sku":"A","quantity":9007199254740993}', "BAD_QUANTITY"],
    ['{"sku":"A","quantity":1e400}', "BAD_QUANTITY"],
    ['{"sku":"A\\u0000","quantity":1}', "UNREADABLE_TEXT"],
    ['{"sku":"\\ud83d","quantity":1}', "UNREADABLE_TEXT"],
    [`{"sku":${"[".repeat(10_000)}`, "NOT_JSON"],
    [`{"sku":"A","quantity":1,"x":[${"0,".repeat(6_000)}0]}`, "NOT_JSON"],
    ["{sku:1}", "NOT_JSON"],
    ["[1]", "NOT_AN_OBJECT"],
  ])("%s is %s", (line, expected) => expect(skuOf(line)).toBe(expected));
});

describe("a feed of whatever bytes", () => {
  const letters = fc.array(
    fc.constantFrom('"', ",", "\n", "\r", "a", "7", ".", "{", "}", "[", ":", "\0", "\ufffd", "😀", " ", '"sku":', "é"),
    { maxLength: 60 },
  );

  it.each<[FeedShape["format"], FeedShape["kind"], string]>([
    ["CSV", "STOCK", "sku,quantity\n"],
    ["CSV", "CBP", "sku,quantity,name,price,currency\n"],
    ["JSON_LINES", "STOCK", ""],
    ["JSON_LINES", "CBP", ""],
  ])("gives lines that can be stored, or why they cannot, or is refused (%s %s)", (format, kind, header) => {
    fc.assert(
      fc.property(letters, fc.uint8Array({ maxLength: 8 }), (text, bytes) => {
        try {
          for (const line of read(Buffer.concat([Buffer.from(header + text.join("")), bytes]), shape(format, kind))) {
            if (line.bad === null) expect(isStorable(line.item)).toBe(true);
            else expect(line.bad.reason).not.toBe("");
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FeedUnusable);
        }
      }),
      { seed: 7, numRuns: 1_000 },
    );
  });

  it("of a hundred lines that each open a quote loses each once, with work that has a bound", () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => `"S${n},1`).join("\n");
    const found = read(`sku,quantity\n${lines}\n`, shape("CSV"));
    expect(found.filter(({ bad }) => bad !== null).length).toBeGreaterThan(1_400);
    expect(found.every(({ bad }) => bad !== null)).toBe(true);
  });
});
