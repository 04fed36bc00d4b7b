import { describe, expect, it } from "@jest/globals";

import { planShortages } from "./shortages.ts";

const DAY_MS = 86_400_000;
const skus = Array.from({ length: 2_000 }, (_, index) => `SKU-${index}`);

describe("shortages", () => {
  it("hit about the given share of products, the same ones each time, and end within five days", () => {
    const shortAt = (nowMs: number) =>
      skus.filter((sku) => planShortages({ seed: 1, share: 0.1, startsAtMs: 0 })(sku, nowMs));
    expect(shortAt(0).length).toBeGreaterThan(150);
    expect(shortAt(0).length).toBeLessThan(250);
    expect(shortAt(0)).toEqual(shortAt(0));
    expect(shortAt(2 * DAY_MS).length).toBeLessThan(shortAt(0).length);
    expect(shortAt(5 * DAY_MS)).toEqual([]);
  });

  it("do not happen with a share of 0", () => {
    expect(skus.some((sku) => planShortages({ seed: 1, share: 0, startsAtMs: 0 })(sku, 0))).toBe(false);
  });
});
