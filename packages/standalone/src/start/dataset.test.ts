import { describe, expect, it } from "@jest/globals";

import { toDataset } from "./dataset.ts";

describe("toDataset", () => {
  it("keeps every data folder and every seed apart", () => {
    const datasets = [
      { data: null, seed: 1 },
      { data: null, seed: 2 },
      { data: "/srv/train", seed: 1 },
      { data: "/mnt/train", seed: 1 },
    ].map((source) => toDataset("/state", source).dir);
    expect(new Set(datasets).size).toBe(4);
  });

  it("finds the same dataset again", () => {
    const source = { data: "/srv/my data/train", seed: 1 };
    expect(toDataset("/state", source)).toEqual(toDataset("/state", source));
    expect(toDataset("/state", source).dir).toMatch(/^\/state\/worlds\/train-[0-9a-f]{8}$/);
  });
});
