import { isStorable } from "@drumline/core/text";
import { describe, expect, it } from "@jest/globals";

import { InvalidRecord } from "@drumline/outbound/records";
import { parseStock } from "./parse-stock.ts";

const answer = (stock: unknown[], unknownSkus: unknown[] = []) => ({
  as_of: "2026-11-20T12:00:00Z",
  stock,
  unknown_skus: unknownSkus,
});

describe("the inventory engine's answer", () => {
  it("says nothing of a level whose record cannot be kept, and lists it", () => {
    const stock = parseStock(
      answer([
        { sku: "a", erp_code: "A", quantity: 3 },
        { sku: "a", erp_code: "B\0", quantity: 3 },
        { sku: "a", erp_code: "C", quantity: 2 ** 53 + 2 },
        { sku: "a\ud800", erp_code: "D", quantity: 1 },
      ]),
      ["a"],
    );
    expect(stock.levels).toEqual([{ sku: "a", erpCode: "A", quantity: 3 }]);
    expect(stock.problems.map(({ sku }) => sku)).toEqual(["a", "a", "(no sku)"]);
    expect(isStorable(stock.problems)).toBe(true);
    expect([...stock.unread!]).toEqual(["a", '["C","a"]', '["D","a"]']);
  });

  it("counts more units than a database can as more than anybody orders", () => {
    const stock = parseStock(
      answer([
        { sku: "a", erp_code: "A", quantity: 3_000_000 },
        { sku: "a", erp_code: "B", quantity: 2 ** 40 },
        { sku: "a", erp_code: "C", quantity: "123456789012345678901234567890" },
      ]),
      ["a"],
    );
    expect(stock.levels.map(({ quantity }) => quantity)).toEqual([3_000_000, 1_000_000_000, 1_000_000_000]);
    expect(stock.problems).toEqual([]);
  });

  it("is believed about the SKUs it was asked for only", () => {
    const flood = Array.from({ length: 50_000 }, (_, index) => ({ sku: `other-${index}`, erp_code: "A", quantity: 1 }));
    const stock = parseStock(answer(flood, [...flood.map(({ sku }) => sku), "b", "b", 7]), ["a", "b"]);
    expect(stock).toMatchObject({ levels: [], unknownSkus: ["b"] });
    expect(stock.problems).toHaveLength(100);
  });

  it("is none where its date cannot be kept", () => {
    expect(() => parseStock({ ...answer([]), as_of: "0000-01-01T00:00:00Z" }, ["a"])).toThrow(InvalidRecord);
  });
});
