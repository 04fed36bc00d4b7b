import { describe, expect, it } from "@jest/globals";

import { toPath } from "./open.ts";

describe("what drumline open links to", () => {
  it.each([
    ["overview", ""],
    ["integration", "integration"],
    ["019A0000-0000-7000-8000-000000000001", "runs/019a0000-0000-7000-8000-000000000001"],
    ["10002", "orders/10002"],
    ["order:W/1", "orders/W%2F1"],
    ["problem:17", "problems/17"],
    ["refunds-nightly", "schedules/refunds-nightly"],
    ["schedule:runs", "schedules/runs"],
  ])("%s is %s", (thing, path) => expect(toPath(thing)).toBe(path));
});
