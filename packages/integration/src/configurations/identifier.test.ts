import { describe, expect, it } from "@jest/globals";

import { toFreeIdentifier, toIdentifier } from "./identifier.ts";

describe("an identifier", () => {
  it.each([
    ["Orders to Magento Incoming", "orders-to-magento-incoming"],
    ["Größe & Élan / İstanbul", "gro-e-elan-istanbul"],
    ["  ", "route"],
    ["🚚📦", "route"],
    ["x".repeat(300), "x".repeat(60)],
    [`${"x".repeat(59)} y`, "x".repeat(59)],
    ["\0\ud800", "route"],
  ])("of %j is %s", (name, identifier) => {
    expect(toIdentifier(name, "route")).toBe(identifier);
  });

  it("has the next free number where the name is taken", () => {
    expect(toFreeIdentifier("orders", new Set())).toBe("orders");
    expect(toFreeIdentifier("orders", new Set(["orders", "orders-2", "orders-4"]))).toBe("orders-3");
  });
});
