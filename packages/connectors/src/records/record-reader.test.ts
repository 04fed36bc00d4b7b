import { parseJson, UnreadableJson } from "@drumline/core/text";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { createRecordReader, type JsonRecord, type RecordLimits } from "./index.ts";

type Options = { member?: string } & Partial<RecordLimits>;

function read(text: string | Uint8Array, options: Options = {}, pieceBytes = Infinity) {
  const reader = createRecordReader(options);
  const bytes = Buffer.from(text);
  const records: JsonRecord[] = [];
  for (let from = 0; from < bytes.length; from += Math.min(pieceBytes, bytes.length))
    records.push(...reader.push(bytes.subarray(from, from + pieceBytes)));
  return { records, beside: reader.end() };
}

const valuesOf = (records: readonly JsonRecord[]) =>
  records.map((record) => (record.problem === null ? record.value : record.problem));

describe("a list of JSON records", () => {
  it("is read record by record, wherever the pieces of the stream are cut", () => {
    const list = [{ a: 'x"y\\', b: [1, [{}], "]"] }, "{,", 7, null, true, [], {}, "é😀"];
    for (const text of [JSON.stringify(list), JSON.stringify(list, null, 2)])
      for (const pieceBytes of [1, 2, 3, 7, Infinity])
        expect(valuesOf(read(text, {}, pieceBytes).records)).toEqual(list);
  });

  it("may stand in a member, with others beside it", () => {
    const text = '{"next_cursor": 9007199254740993, "records": [{"a":1},2], "has_more":true}';
    expect(read(text, { member: "records" })).toMatchObject({
      records: [{ value: { a: 1 } }, { value: 2 }],
      beside: { next_cursor: "9007199254740993", has_more: true },
    });
    expect(read("[]").records).toEqual([]);
  });

  it("keeps numbers exactly", () => {
    expect(valuesOf(read('[820982911946154508, {"id":9007199254740993}]').records)).toEqual([
      "820982911946154508",
      { id: "9007199254740993" },
    ]);
  });

  it("keeps decimals of identifiers as they are written, and amounts as numbers", () => {
    const text =
      '[{"id": 1.10, "order_id":1e3,"orderNumber":2.50,"sku" : 7,"price": 29.90, "paid":1.0, "valid":2.0, "lines":[{"sku":3.0}]}]';
    expect(valuesOf(read(text).records)).toEqual([
      {
        id: "1.10",
        order_id: "1e3",
        orderNumber: "2.50",
        sku: 7,
        price: 29.9,
        paid: 1,
        valid: 2,
        lines: [{ sku: "3.0" }],
      },
    ]);
  });

  it.each([
    ["no JSON", "[1,{a},3]", "is not JSON"],
    ["too deep", `[1,${"[".repeat(50_000)}${"]".repeat(50_000)},3]`, "is more than 100 levels deep"],
    ["too large", `[1,"${"x".repeat(3_000)}",3]`, "is larger than 2000 bytes"],
    ["too full", `[1,[${"0,".repeat(900)}0],3]`, "holds more than 500 values"],
    ["no UTF-8", Buffer.concat([Buffer.from('[1,"'), Buffer.from([0xff]), Buffer.from('",3]')]), "is not UTF-8"],
    ["ambiguous", '[1,{"a":{"b":1,"c":2,"b":3}},3]', "has a member twice"],
    ["nothing", "[1,,3]", "is not JSON"],
  ])("loses a record that is %s, and no other", (_what, text, problem) => {
    const { records } = read(text, { maxBytes: 2_000, maxValues: 500 });
    const tooDeep = read(text, { maxValues: 500 }).records;
    expect(records).toHaveLength(3);
    expect([records[0], records[2]]).toMatchObject([{ value: 1 }, { value: 3 }]);
    expect([records[1]!.problem, tooDeep[1]!.problem ?? ""]).toEqual(
      expect.arrayContaining([expect.stringContaining(problem)]),
    );
    expect("excerpt" in records[1]! && records[1].excerpt.length).toBeLessThan(300);
  });

  it.each([
    ["<html>", {}],
    ["{}", {}],
    ["[]", { member: "records" }],
    ['{"records":{}}', { member: "records" }],
    ['{"has_more":false}', { member: "records" }],
    ['{"records":[],"records":[]}', { member: "records" }],
    ['{"a":1,"a":2}', { member: "records" }],
    ['{"records":[1],}', { member: "records" }],
    ["[1 2]", {}],
    ['["a""b"]', {}],
    ["[1]]", {}],
    ["[1", {}],
    ["[{]", {}],
    ["", {}],
    ["[1,2,3]", { maxRecords: 2 }],
    ["[[1,2],[1,2]]", { maxValuesInAll: 5 }],
  ])("is refused as a whole where it is %j", (text, options) => {
    expect(() => read(text, options)).toThrow(UnreadableJson);
  });

  it("holds no more than a record of a stream that never ends", () => {
    const reader = createRecordReader({ maxBytes: 10_000 });
    const piece = Buffer.from("x".repeat(65_536));
    expect([...reader.push(Buffer.from('["'))]).toEqual([]);
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 1_000; n += 1) expect(reader.push(piece).next().done).toBe(true);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
    expect([...reader.push(Buffer.from('",1]'))]).toMatchObject([
      { problem: "is larger than 10000 bytes" },
      { value: 1 },
    ]);
  });

  it("is read as JSON.parse reads it, whatever it holds and wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ stringUnit: "grapheme" })),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(3),
        (list, pieceBytes, indent) => {
          const text = JSON.stringify(list, null, indent);
          const exact = valuesOf(read(text, {}, pieceBytes).records);
          expect(JSON.stringify(exact)).toBe(JSON.stringify(parseJson(text)));
        },
      ),
      { seed: 7 },
    );
  });

  it("throws nothing but its own error, whatever the bytes are", () => {
    const bytes = fc.array(fc.constantFrom(...Array.from('[]{}",:\\ \n01e-tnul.aé\u0000')), { maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.integer({ min: 1, max: 5 }), (letters, isInMember, pieceBytes) => {
        const text = isInMember ? `{"r":[${letters.join("")}` : letters.join("");
        try {
          read(text, isInMember ? { member: "r" } : {}, pieceBytes);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableJson);
        }
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });
});
