import { describe, expect, it } from "@jest/globals";

import { suggestTokens } from "./suggest-tokens.ts";

const known = { tasks: ["oms.orders.tasks.a", "RefundUpdates"], schedules: ["nightly"], queues: ["oms", "shop"] };
const labels = (text: string) => suggestTokens(text, known).map(({ label }) => label);

describe("suggestions of the filter bar", () => {
  it("names the filters that begin with what is typed, and none before anything is", () => {
    expect(labels("sta")).toEqual(["status:failed"]);
    expect(labels("")).toEqual([]);
  });

  it("names values after the colon, by any part of them", () => {
    expect(labels("status:fa")).toEqual(["status:failed"]);
    expect(labels("task:refund")).toEqual(["task:RefundUpdates"]);
    expect(labels("queue:")).toEqual(["queue:oms", "queue:shop"]);
    expect(labels("error:")).toEqual([]);
  });

  it("keeps what stands before, and says no more once a value is whole", () => {
    expect(suggestTokens("status:failed task:ord", known)[0]!.text).toBe("status:failed task:oms.orders.tasks.a ");
    expect(labels("status:failed")).toEqual([]);
  });
});
