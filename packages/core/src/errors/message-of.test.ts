import { describe, expect, it } from "@jest/globals";

import { messageOf } from "./message-of.ts";

describe("messageOf", () => {
  it("tells the chain of causes on one line", () => {
    const error = new Error("page not read\n\n  at all", { cause: new TypeError("", { cause: "gone" }) });
    expect(messageOf(error)).toBe("page not read at all (because: TypeError (because: gone))");
  });

  it("ends where a cause is its own cause", () => {
    const error = new Error("round");
    error.cause = error;
    expect(messageOf(error).length).toBeLessThan(500);
  });

  it.each([
    [
      {
        toString() {
          throw new Error("no");
        },
      },
    ],
    [Object.create(null)],
  ])("has a word for what has no text", (thrown) => {
    expect(messageOf(thrown)).toBe("something was thrown that has no text");
  });

  it("says the beginning of a message of 30 MB", () => {
    expect(messageOf(new Error("\n".repeat(30_000_000) + "x")).length).toBeLessThan(50_000);
    expect(messageOf(new Error("😀".repeat(15_000_000))).isWellFormed()).toBe(true);
  });
});
