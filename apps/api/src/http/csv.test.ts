import { describe, expect, it } from "@jest/globals";

import { toCsvLine } from "./csv.ts";

describe("a line of CSV", () => {
  it("quotes what would end a cell or a line", () => {
    expect(toCsvLine(["a", 'say "b", c', "two\nlines", null, undefined, 7, true])).toBe(
      'a,"say ""b"", c","two\nlines",,,7,true\r\n',
    );
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("makes no formula of %j", (text) => {
    expect(toCsvLine([text])).toMatch(/^"?'/);
  });

  it("leaves numbers below zero numbers", () => {
    expect(toCsvLine([-5])).toBe("-5\r\n");
  });

  it("writes what is within a cell as JSON", () => {
    expect(toCsvLine([{ a: [1] }, []])).toBe('"{""a"":[1]}",[]\r\n');
  });
});
