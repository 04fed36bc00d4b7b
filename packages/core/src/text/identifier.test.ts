import { describe, expect, it } from "@jest/globals";

import { toFreeIdentifier, toIdentifier } from "./index.ts";

describe("an identifier made from a name", () => {
  it.each([
    ["Orders to Magento Incoming", "orders-to-magento-incoming"],
    ["  Éclairs & Crème -- brûlée ", "eclairs-creme-brulee"],
    ["Łódź Größe Æther İstanbul", "lodz-grosse-aether-istanbul"],
    ["ﬁne №5", "fine-no5"],
    ["\u{1f600}", "job"],
    ["東京", "job"],
    ["", "job"],
    ["\ud800\u0000", "job"],
    ["x".repeat(300), "x".repeat(100)],
    [`${"x".repeat(99)} y`, "x".repeat(99)],
  ])("of %j is %j", (name, identifier) => {
    expect(toIdentifier(name, "job")).toBe(identifier);
  });

  it("takes the next number that is free, and stays within its length", () => {
    const taken = new Set(["orders", "orders-2", "x".repeat(100)]);
    expect(toFreeIdentifier("orders", (identifier) => taken.has(identifier))).toBe("orders-3");
    expect(toFreeIdentifier("stock", (identifier) => taken.has(identifier))).toBe("stock");
    expect(toFreeIdentifier("x".repeat(100), (identifier) => taken.has(identifier))).toBe(`${"x".repeat(98)}-2`);
  });
});
