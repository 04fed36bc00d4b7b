import { describe, expect, it } from "@jest/globals";

import { parseLifeOptions } from "./options.ts";

describe("the options of a life", () => {
  it("are an hour's worth unless given", () => {
    expect(parseLifeOptions([])).toMatchObject({
      seed: 1,
      orders: 1_300,
      changes: 200,
      cancellations: 200,
      killEverySeconds: 25,
      queue: "redis",
      faults: 0.07,
    });
  });

  it("keep changes and cancellations in proportion to the orders", () => {
    expect(parseLifeOptions(["--orders", "130"])).toMatchObject({ changes: 20, cancellations: 20 });
  });

  it("kill nobody when asked so", () => {
    expect(parseLifeOptions(["--kill-every", "0"]).killEverySeconds).toBeNull();
  });

  it.each([
    [["--seed", "x"], "--seed x: expected a whole number"],
    [["--orders", "0"], "--orders 0"],
    [["--queue", "kafka"], "--queue kafka: expected redis or postgres"],
  ])("are refused with what was expected: %j", (args, message) => {
    expect(() => parseLifeOptions(args)).toThrow(message);
  });
});
