import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { findAmbiguousName } from "./find-ambiguous-name.ts";

describe("a name in JSON is ambiguous", () => {
  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"b":{"x":[{"y":1,"y":1}]}}', "y"],
    ['[{"a":1},{"a":1,"b":0,"a":1}]', "a"],
    ['{"__proto__":1}', "__proto__"],
    ['{"\\"":1,"\\"":2}', '"'],
    ['{"\\\\":1 , "\\\\" :2}', "\\"],
    [`{"${"😀".repeat(200)}":1,"${"😀".repeat(200)}":2}`, "😀".repeat(100)],
  ])("in %s", (text, name) => expect(findAmbiguousName(text)).toBe(name));

  it.each(['{"a":{"a":{"a":1}}}', '{"a":"a","b":"a"}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1","b":1}', '"a"', "[]"])(
    "not in %s",
    (text) => expect(findAmbiguousName(text)).toBeNull(),
  );

  it("in nothing that JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(findAmbiguousName(text)).toBe(text.includes('"__proto__":') ? "__proto__" : null);
      }),
    );
  });
});
