import { describe, expect, it } from "@jest/globals";

import { stopInOrder } from "./stop-in-order.ts";

describe("stopInOrder", () => {
  it("waits for the first before it ends the next, and ends that even when the first fails", async () => {
    const ended: string[] = [];
    const consumers = async () => {
      await Promise.resolve();
      ended.push("consumers");
      throw new Error("Redis is away");
    };
    const databases = async () => void ended.push("databases");
    await expect(stopInOrder(consumers, databases)).rejects.toThrow("Redis is away");
    expect(ended).toEqual(["consumers", "databases"]);
  });
});
