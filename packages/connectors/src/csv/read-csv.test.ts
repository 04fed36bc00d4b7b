import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { createCsvReader, type RawRecord } from "./read-csv.ts";
import { createLineSplitter } from "./split-lines.ts";

/** The records of a text, as fields or as the code of what is wrong. */
function read(text: string, { cut = 7, columns = null as number | null, delimiter = "," } = {}) {
  const splitter = createLineSplitter(1_000, 10_000);
  const csv = createCsvReader({ delimiter, columns: () => columns });
  const out: RawRecord[] = [];
  for (let from = 0; from < text.length; from += cut)
    for (const line of splitter.push(text.slice(from, from + cut))) csv.push(line, out);
  const last = splitter.end();
  if (last !== null) csv.push(last, out);
  csv.end(out);
  return out.map((record) => (record.problem === null ? record.fields : `${record.no} ${record.problem.code}`));
}

describe("a CSV text", () => {
  it.each<[string, string, unknown]>([
    [
      "plain fields",
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "Windows line ends",
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["quoted delimiters", '"a,b",c\n', [["a,b", "c"]]],
    [
      "quoted line ends",
      '"a\nb",c\nd,e\n',
      [
        ["a\nb", "c"],
        ["d", "e"],
      ],
    ],
    ["quoted line ends of Windows", '"a\r\nb",c\r\n', [["a\r\nb", "c"]]],
    ["doubled quotes", '"a ""b""",c\n', [['a "b"', "c"]]],
    ["a quote inside an unquoted field", '5" pipe,c\n', [['5" pipe', "c"]]],
    ["empty fields", ",\n", [["", ""]]],
    ["no end after the last line", "a,b", [["a", "b"]]],
  ])("may have %s", (_what, text, expected) => expect(read(text)).toEqual(expected));

  it("loses one line to a quote that never closes, and reads the next", () => {
    const many = Array.from({ length: 300 }, (_, index) => `x${index},y\n`).join("");
    const found = read(`a,b\n"torn,b\n${many}`, { cut: 64 });
    expect(found).toHaveLength(302);
    expect(found.filter((record) => typeof record === "string")).toEqual([expect.stringMatching(/^2 /)]);
  });

  it("says where a record has another number of fields", () => {
    expect(read("a,b\nc\nd,e,f\ng,h\n", { columns: 2 })).toEqual([
      ["a", "b"],
      "2 WRONG_FIELD_COUNT",
      "3 WRONG_FIELD_COUNT",
      ["g", "h"],
    ]);
  });

  it("reads back whatever was written by the book, however it was cut in pieces", () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é"), maxLength: 8 });
    const records = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 20 }), (rows, cut) => {
        const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\n");
        expect(read(`${text}\n`, { cut })).toEqual(rows.map((row) => [...row]));
      }),
    );
  });
});

describe("lines", () => {
  it("that are too long cost themselves only, until one does not end", () => {
    const splitter = createLineSplitter(10, 50);
    expect(splitter.push(`ok\n${"x".repeat(30)}`)).toEqual([{ no: 1, text: "ok", isTooLong: false, lineEnd: "\n" }]);
    expect(splitter.push("x\nnext\n").map(({ no, isTooLong }) => [no, isTooLong])).toEqual([
      [2, true],
      [3, false],
    ]);
    expect(() => splitter.push("x".repeat(51))).toThrow(/line 4 is longer than 50 characters/);
  });
});
