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

  it("tells whose API an address speaks", () => {
    const [access] = parseCarriers("postnl=postnl+https://:key@api.postnl.example/").values();
    expect(access).toEqual({ url: "https://api.postnl.example/", user: "", password: "key", speaks: "postnl" });
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

  it.each([
    ["https://me:secret@c.example"],
    ["testco=https://user:a,secret@carrier.example.com"],
    ["testco=https://user:a,secret=b@carrier.example.com"],
    ["testco=https://user:a,b=secret@carrier.example.com"],
    ["testco=https://user:a, Secret!=b@carrier.example.com"],
    ['{"testco":"https://user:a/secret@carrier.example.com","x":1}'],
    ["testco=https://user:a#secret/@carrier.example.com:x"],
  ])("does not repeat a piece of a password, whatever it is taken for: %s", (raw) => {
    expect(() => parseCarriers(raw)).toThrow(expect.not.stringMatching(/secret@|secret!|"secret|of secret|of b\b/i));
    expect(() => parseCarriers(raw)).toThrow(/%40|JSON object/);
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
