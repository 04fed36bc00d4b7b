import { afterEach, describe, expect, it } from "@jest/globals";

import { BadMapping, type Mapping, openMapping, RecordNotMapped } from "./mapping.ts";

let mapping: Mapping;
afterEach(() => mapping?.close());

describe("a mapping", () => {
  it("maps record after record", async () => {
    mapping = await openMapping('{"id": $string(pk), "total": $sum(lines.(price * n)), "skus": lines.sku}');
    expect(
      await mapping.map({
        pk: 7,
        lines: [
          { sku: "a", price: 2, n: 3 },
          { sku: "b", price: 1, n: 1 },
        ],
      }),
    ).toEqual({ id: "7", total: 7, skus: ["a", "b"] });
    expect(await mapping.map({ pk: 8, lines: [] })).toEqual({ id: "8" });
  });

  it("is the record itself where there is none", async () => {
    mapping = await openMapping(null);
    expect(await mapping.map({ a: 1 })).toEqual({ a: 1 });
  });

  it("that is no JSONata says where", async () => {
    await expect(openMapping('{"a": }')).rejects.toThrow(BadMapping);
    await expect(openMapping('{"a": }')).rejects.toThrow(/\(at \d+\)/);
  });

  it("that fails for a record goes on with the next", async () => {
    mapping = await openMapping("$number(n)");
    await expect(mapping.map({ n: "x" })).rejects.toThrow(RecordNotMapped);
    expect(await mapping.map({ n: "3" })).toBe(3);
  });

  it.each([
    ["recurses for ever", "($f := function($x) { $f($x + 1) }; runaway ? $f(1) : 1)"],
    ["has a regular expression that never ends", "runaway ? $contains($join([1..40].('a')) & '!', /^(a+)+$/) : 1"],
    ["builds without end", "($f := function($x) { $f($append($x, [1..100000])) }; runaway ? $f([]) : 1)"],
  ])("that %s is ended, and begins anew for the next record", async (_what, expression) => {
    mapping = await openMapping(expression, { timeLimitMs: 300 });
    await expect(mapping.map({ runaway: true })).rejects.toThrow(RecordNotMapped);
    expect(await mapping.map({ runaway: false })).toBe(1);
  });

  it("reaches nothing of the process it runs in", async () => {
    mapping = await openMapping("$exists($process) or $exists($require) or $exists(process)");
    expect(await mapping.map({})).toBe(false);
  });
});
