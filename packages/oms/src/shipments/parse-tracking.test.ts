import { describe, expect, it } from "@jest/globals";

import { InvalidRecord } from "../wire-kinds.ts";
import { parseAnnounced, parseTracking } from "./parse-tracking.ts";

const event = { occurredAt: "2026-11-20T10:00:00Z", status: "SHIPPING", location: "hub", description: "on its way" };
const answer = (overrides: object) => ({ status: "SHIPPING", events: [{ ...event, ...overrides }] });

describe("a carrier's answer", () => {
  it.each([
    ["a NUL character", { description: "a\0b" }, /events\.0\.description: holds a NUL/],
    ["half of an emoji", { location: "\ud83d" }, /events\.0\.location: holds half/],
    ["the year 0", { occurredAt: "0000-01-01T00:00:00Z" }, /events\.0\.occurredAt: expected a year/],
    ["the year 10000", { occurredAt: "9999-12-31T23:59:59-23:59" }, /events\.0\.occurredAt: expected a year/],
  ])("that the database cannot keep is refused: %s", (_, overrides, problem) => {
    expect(() => parseTracking(answer(overrides))).toThrow(InvalidRecord);
    expect(() => parseTracking(answer(overrides))).toThrow(problem);
  });

  it("may leave out what may be null", () => {
    const { occurredAt, status } = event;
    expect(parseTracking({ status, events: [{ occurredAt, status }] }).events).toMatchObject([
      { location: null, description: null },
    ]);
    expect(parseAnnounced({ trackingNumber: "T1" })).toEqual({ trackingNumber: "T1", awbNumber: null, labelUrl: null });
  });

  it("keeps an emoji, whole", () => {
    expect(parseTracking(answer({ description: "📦" })).events).toMatchObject([{ description: "📦" }]);
  });
});
