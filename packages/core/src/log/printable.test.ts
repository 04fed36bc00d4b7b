import { describe, expect, it } from "@jest/globals";

import { toPrintable } from "./index.ts";

describe("toPrintable", () => {
  it("shows controls by their codes, and leaves tab, newline and every letter alone", () => {
    expect(toPrintable("a\u001b]0;title\u0007\u001b[2J\rb\u009b31m\u202etxt\u007f")).toBe(
      "a\\u001b]0;title\\u0007\\u001b[2J\\u000db\\u009b31m\\u202etxt\\u007f",
    );
    expect(toPrintable("Zürich\t東京 😀\nnext")).toBe("Zürich\t東京 😀\nnext");
  });

  it("leaves JSON what it was", () => {
    const value = { text: "a\u001b[2J\u009b\u202e\u007fb" };
    expect(JSON.parse(toPrintable(JSON.stringify(value)))).toEqual(value);
  });
});
