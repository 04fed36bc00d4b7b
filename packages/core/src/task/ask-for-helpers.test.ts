import { describe, expect, it } from "@jest/globals";

import { toHelperCount } from "./ask-for-helpers.ts";

const firstTry = {
  run: { id: "a", task: "a.task", attempt: 1, dueAt: null, chunk: null },
  limit: null,
  dryRun: false,
};

describe("toHelperCount", () => {
  it.each([
    [3, 3],
    [2.9, 2],
    [1_000, 64],
    [Number.POSITIVE_INFINITY, 64],
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
  ])("grants the first try of a whole run that asks for %d %d helpers", (asked, granted) => {
    expect(toHelperCount(asked, firstTry)).toBe(granted);
  });

  it.each([
    ["a helper", { run: { ...firstTry.run, chunk: { no: 1, parentId: "b" } } }],
    ["a second try", { run: { ...firstTry.run, attempt: 2 } }],
    ["a run with a limit", { limit: 10 }],
    ["a dry run", { dryRun: true }],
  ])("grants %s none", (_, facts) => {
    expect(toHelperCount(3, { ...firstTry, ...facts })).toBe(0);
  });
});
