import { describe, expect, it } from "@jest/globals";

import { timeOrderedId } from "./time-ordered-id.ts";

describe("timeOrderedId", () => {
  it("is the example of RFC 9562, appendix A.6", () => {
    // The first 32 of the 74 random bits are the sequence.
    const chance = { seq: 0xcc363137, random: Buffer.from("00000000000000000000000c0c07398f", "hex") };
    expect(timeOrderedId(new Date(0x017f22e279b0), chance)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  it("sorts by time and is never the same twice", () => {
    const ids = [1, 2, 3].map((ms) => timeOrderedId(new Date(1_700_000_000_000 + ms)));
    expect(ids.toSorted()).toEqual(ids);
    expect(timeOrderedId(new Date(0))).not.toBe(timeOrderedId(new Date(0)));
  });
});
