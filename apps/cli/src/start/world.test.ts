import { describe, expect, it } from "@jest/globals";

import { toWorld } from "./world.ts";

describe("toWorld", () => {
  it("keeps every data folder and every seed apart", () => {
    const worlds = [
      { data: null, seed: 1 },
      { data: null, seed: 2 },
      { data: "/srv/train", seed: 1 },
      { data: "/mnt/train", seed: 1 },
    ].map((source) => toWorld("/state", source).dir);
    expect(new Set(worlds).size).toBe(4);
  });

  it("finds the same world again", () => {
    const source = { data: "/srv/my data/train", seed: 1 };
    expect(toWorld("/state", source)).toEqual(toWorld("/state", source));
    expect(toWorld("/state", source).dir).toMatch(/^\/state\/worlds\/train-[0-9a-f]{8}$/);
  });
});
