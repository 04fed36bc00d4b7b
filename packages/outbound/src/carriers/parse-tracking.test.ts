import { describe, expect, it } from "@jest/globals";

import { InvalidRecord } from "../records/wire-schemas.ts";
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

  it("of hundreds of events keeps the newest", () => {
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      ...event,
      occurredAt: new Date(index * 60_000).toISOString(),
    }));
    const kept = parseTracking({ status: "SHIPPING", events: [...events.slice(500), ...events.slice(0, 500)] }).events;
    expect(kept.map(({ occurredAt }) => occurredAt.getTime() / 60_000)).toEqual(
      Array.from({ length: 200 }, (_, index) => 800 + index),
    );
    expect(() => parseTracking({ status: "SHIPPING", events: [...events, event] })).toThrow(InvalidRecord);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "https://", "label.pdf"])("is no label: %s", (labelUrl) => {
    expect(parseAnnounced({ trackingNumber: "T1", labelUrl })).toMatchObject({ trackingNumber: "T1", labelUrl: null });
  });

  it("keeps an emoji, whole", () => {
    expect(parseTracking(answer({ description: "📦" })).events).toMatchObject([{ description: "📦" }]);
  });
});
