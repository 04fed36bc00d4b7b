import { describe, expect, it } from "@jest/globals";

import { addView, isSameView, toViews, toViewSearch } from "./views.ts";

describe("saved views", () => {
  it("are a filter without the place in the list", () => {
    expect(toViewSearch({ q: "refund", state: undefined, lateOverMs: 60, cursor: "abc" })).toEqual({
      q: "refund",
      lateOverMs: 60,
    });
    expect(isSameView({ q: "a", queue: "oms" }, { queue: "oms", q: "a" })).toBe(true);
    expect(isSameView({ q: "a" }, { q: "b" })).toBe(false);
  });

  it("stand by name, and a new one takes the place of the one of its name", () => {
    const views = addView([{ name: "late", search: { q: "a" } }], { name: "failed", search: {} });
    expect(views.map(({ name }) => name)).toEqual(["failed", "late"]);
    expect(addView(views, { name: "late", search: { q: "b" } })).toEqual([
      { name: "failed", search: {} },
      { name: "late", search: { q: "b" } },
    ]);
  });

  it.each([[null], ["views"], [[null, 3, { name: 4, search: {} }, { name: "x", search: "y" }, { name: "x" }]]])(
    "are none where something else was stored: %j",
    (stored) => expect(toViews(stored)).toEqual([]),
  );
});
