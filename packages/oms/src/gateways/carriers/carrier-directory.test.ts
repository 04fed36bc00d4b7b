import { describe, expect, it } from "@jest/globals";

import { parseCarriers, toCarrierCode } from "./carrier-directory.ts";

const correios = { url: "https://c.example/api", user: "me", password: "p=a,ss" };

describe("CARRIERS", () => {
  it.each([
    ["correios=https://me:p%3Da%2Css@c.example/api"],
    ['{"correios":"https://me:p%3Da%2Css@c.example/api"}'],
    [" Correios = https://me:p%3Da%2Css@c.example/api"],
  ])("reads %s", (raw) => {
    expect([...parseCarriers(raw)]).toEqual([["correios", correios]]);
  });

  it("may be empty as JSON", () => {
    expect(parseCarriers("{}").size).toBe(0);
  });

  it.each([
    ["correios", "no code before a ="],
    ["correios=https://me:100%@x", "write %25"],
    ["correios=ftp://x", "none that starts with http"],
    ["cor/reios=https://x", "is no carrier code"],
    ["{broken", "not a JSON object"],
    ['{"correios":1}', "not a JSON object"],
  ])("refuses %s", (raw, problem) => {
    expect(() => parseCarriers(raw)).toThrow(problem);
  });

  it("does not repeat a password that stands where a code should", () => {
    expect(() => parseCarriers("https://me:secret@c.example")).toThrow(expect.not.stringContaining("secret"));
  });

  it("makes a code of what an order calls its carrier, where that can be one", () => {
    expect(["Correios", "Total Express", "../x", ""].map(toCarrierCode)).toEqual([
      "correios",
      "total-express",
      null,
      null,
    ]);
  });
});
