import { describe, expect, it } from "@jest/globals";

import { planShortages } from "./shortages.ts";
import { centralLocation, type Location } from "./dataset.ts";

const DAY_MS = 86_400_000;
const skus = Array.from({ length: 2_000 }, (_, index) => `SKU-${index}`);
const at = (erpCode: string, pk: number): Location => ({ ...centralLocation, pk, erpCode, type: "STORE" });
const dataset = {
  stock: new Map(skus.map((sku) => [sku, [{ erpCode: "a", quantity: 7 }]])),
  locations: [centralLocation, at("a", 2), at("b", 3)],
  firstWantedMs: () => 0,
};

const emptyAt = (share: number, nowMs: number) => {
  const stockLevels = planShortages(dataset, { seed: 1, share });
  return skus.filter((sku) => stockLevels.isEmpty(sku, "a", nowMs));
};

describe("shortages", () => {
  it("hit about the given share of products, the same ones each time, and end within five days", () => {
    expect(emptyAt(0.1, 0).length).toBeGreaterThan(150);
    expect(emptyAt(0.1, 0).length).toBeLessThan(250);
    expect(emptyAt(0.1, 0)).toEqual(emptyAt(0.1, 0));
    expect(emptyAt(0.1, 2 * DAY_MS).length).toBeLessThan(emptyAt(0.1, 0).length);
    expect(emptyAt(0.1, 5 * DAY_MS)).toEqual([]);
  });

  it("are known to the engine for about half of the products; for the others a second location has as much", () => {
    const stockLevels = planShortages(dataset, { seed: 1, share: 0.1 });
    const counted = emptyAt(0.1, 0).map((sku) => stockLevels.counted(sku, 0));
    const known = counted.filter(([line]) => line!.quantity === 0);
    const unknown = counted.filter(([line]) => line!.quantity === 7);
    expect(known.length).toBeGreaterThan(counted.length / 3);
    expect(known.length + unknown.length).toBe(counted.length);
    expect(known.every((lines) => lines.length === 1)).toBe(true);
    expect(unknown.every(([, second]) => second?.erpCode === "b" && second.quantity === 7)).toBe(true);
    expect(emptyAt(0.1, 0).some((sku) => stockLevels.isEmpty(sku, "b", 0))).toBe(false);
  });

  it("do not happen with a share of 0", () => {
    expect(emptyAt(0, 0)).toEqual([]);
  });
});
