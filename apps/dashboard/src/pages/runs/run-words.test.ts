import { describe, expect, it } from "@jest/globals";

import { shortTask, toOutcomeWords } from "./run-words.ts";

const run = { status: "FINISHED", error: null, reason: null, result: null, progress: null, problemCount: 0 } as const;

describe("what became of a run, in a line", () => {
  it.each([
    [
      "the counts that are not nought",
      { result: { ordersPlanned: 1_200, held: 0, note: "x" } },
      "orders planned 1,200",
    ],
    ["that nothing was to be done", { result: { ordersPlanned: 0 } }, "nothing to do"],
    ["failed records first", { problemCount: 2, result: { pulled: 5 } }, "2 failed records · pulled 5"],
    ["the first line of the error", { status: "FAILED", error: "Carrier 503\n at x" }, "Carrier 503"],
    ["why it was skipped", { status: "SKIPPED", reason: "run 019a… had run for 6 min" }, "run 019a… had run for 6 min"],
    ["how far it is", { status: "PROCESSING", progress: { done: 500, total: 2_000 } }, "500 of 2,000 records"],
    [
      "how far it is where nobody knows the end",
      { status: "PROCESSING", progress: { done: 5, total: null } },
      "5 records",
    ],
    ["nothing where there is nothing", { result: "text" }, ""],
  ])("says %s", (_what, more, words) => {
    expect(toOutcomeWords({ ...run, ...more } as never)).toBe(words);
  });

  it("calls a task by the last word of its wire name", () => {
    expect([shortTask("oms.orders.tasks.plan_orders"), shortTask("Boxout")]).toEqual(["plan_orders", "Boxout"]);
  });
});
