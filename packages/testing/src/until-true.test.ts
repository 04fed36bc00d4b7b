import { describe, expect, it } from "@jest/globals";
import { untilTrue } from "./until-true.ts";

describe("untilTrue", () => {
  it("comes back as soon as the answer is yes, and takes a throw for a no", async () => {
    let asked = 0;
    await untilTrue(
      () => {
        asked += 1;
        if (asked === 1) throw new Error("not yet");
        return asked === 3;
      },
      { what: "it was asked three times" },
    );
    expect(asked).toBe(3);
  });

  it("says what it waited for, how long, and what the last question ran into", async () => {
    const never = () => Promise.reject(new Error("connection refused"));
    await expect(untilTrue(never, { what: "the queue is empty", timeoutMs: 20 })).rejects.toThrow(
      /^waited \d+ ms, and it is still not so that the queue is empty; the last question failed: connection refused$/,
    );
  });
});
