import { describe, expect, it } from "@jest/globals";

import { cutText, excerptOf, findUnstorable, toStorableJson, toStorableText } from "./index.ts";

describe("cutText", () => {
  it.each([
    ["short", 10, "short"],
    ["x".repeat(5), 3, "xxx"],
    ["xx😀y", 3, "xx😀"],
    ["xx😀y", 2, "xx"],
    ["😀😀😀", 2, "😀😀"],
    ["", 0, ""],
    ["a", 0, ""],
  ])("cuts %j to %i code points", (text, max, cut) => expect(cutText(text, max)).toBe(cut));

  it("never leaves half an emoji behind, wherever it stands", () => {
    for (let before = 195; before <= 205; before += 1)
      expect(cutText("x".repeat(before) + "😀".repeat(10), 200).isWellFormed()).toBe(true);
  });
});

describe("excerptOf", () => {
  it("folds white space, quotes, and says when there was more", () => {
    expect(excerptOf(" a \n b ")).toBe('"a b"');
    expect(excerptOf(" \n ")).toBe("(empty body)");
    expect(excerptOf("x".repeat(199) + "😀y")).toBe(`"${"x".repeat(199)}😀" …`);
  });
});

describe("toStorableText", () => {
  it.each([
    ["a\0b", "a\ufffdb"],
    ["a\ud83d", "a\ufffd"],
    ["\ude00b", "\ufffdb"],
    ["good 😀", "good 😀"],
  ])("turns %j into %j", (text, storable) => expect(toStorableText(text)).toBe(storable));

  it("cuts to a number of code points and says so", () => {
    expect(toStorableText("x".repeat(10), 4)).toBe("xxx…");
    expect(toStorableText("xxxx", 4)).toBe("xxxx");
  });
});

describe("toStorableJson", () => {
  it("keeps plain JSON as it is", () => {
    const plain = { a: 1, b: [true, null, "😀"], c: { d: -0.5 } };
    expect(toStorableJson(plain)).toEqual(plain);
  });

  it("has a word for everything JSON has none for", () => {
    const circle: Record<string, unknown> = { n: 9_007_199_254_740_993n };
    circle["self"] = circle;
    expect(
      toStorableJson({
        circle,
        at: new Date(0),
        never: new Date(Number.NaN),
        nan: Number.NaN,
        error: new TypeError("bad"),
        none: undefined,
        call: () => 1,
        list: [undefined, 1],
        "k\0": "v\ud800",
      }),
    ).toEqual({
      circle: { n: "9007199254740993", self: "[circular]" },
      at: "1970-01-01T00:00:00.000Z",
      never: null,
      nan: "NaN",
      error: "TypeError: bad",
      list: [null, 1],
      "k\ufffd": "v\ufffd",
    });
    expect(toStorableJson(undefined)).toBeNull();
  });

  it("says the same object twice where it is no circle", () => {
    const shared = { a: 1 };
    expect(toStorableJson([shared, shared])).toEqual([shared, shared]);
  });

  it("bounds depth, values and text, whatever comes", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const long = toStorableJson({
      deep,
      many: Array.from({ length: 1_000_000 }, () => 1),
      text: "x".repeat(10_000_000),
    });
    expect(JSON.stringify(long).length).toBeLessThan(500_000);
    expect(JSON.stringify(long)).toContain("[too deep]");
  });

  it("survives a getter that throws", () => {
    const rude = {
      get x(): number {
        throw new Error("mine");
      },
    };
    expect(toStorableJson(rude)).toBe("[unreadable: Error: mine]");
  });

  it("keeps a field named __proto__ a field", () => {
    expect(JSON.stringify(toStorableJson(JSON.parse('{"__proto__":{"a":1}}')))).toBe('{"__proto__":{"a":1}}');
  });
});

describe("findUnstorable", () => {
  it.each([
    [{ a: [{ b: "x\0" }] }, "a.0.b", /NUL/],
    [{ "a\0": 1 }, "a\ufffd", /NUL character in a name/],
    [["ok", "\ud83d"], "1", /lone surrogate/],
    ["\0", "record", /NUL/],
  ])("names the place in %j", (value, path, problem) => {
    expect(findUnstorable(value)).toEqual({ path, problem: expect.stringMatching(problem) });
  });

  it("passes what PostgreSQL keeps", () => {
    for (const value of [null, 1, "😀 \\u0000", { a: [{}] }, undefined]) expect(findUnstorable(value)).toBeNull();
  });

  it("refuses a depth that would end a recursive reader", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level += 1) deep = { deep };
    expect(findUnstorable(deep)?.problem).toBe("more than 100 levels deep");
  });
});
