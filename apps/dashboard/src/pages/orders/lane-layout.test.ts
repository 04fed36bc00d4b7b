import { describe, expect, it } from "@jest/globals";

import { layOutLanes, type OrderEvent } from "./lane-layout.ts";

const event = (at: string, lane: OrderEvent["lane"], subject: string, after: string | null = null): OrderEvent => ({
  at: `2026-11-${at}:00.000Z`,
  lane,
  subject,
  what: "what",
  before: null,
  after,
  actor: null,
  runId: null,
  attempt: null,
  detail: {},
});

describe("the lanes of an order", () => {
  it("are one for each package and parcel, and one for all messages", () => {
    const { lanes } = layOutLanes([
      event("20T10:00", "webhook", "P1"),
      event("20T10:00", "package", "P1", "WAITING"),
      event("20T10:01", "webhook", "P2"),
      event("20T10:02", "package", "P2", "WAITING"),
      event("20T10:03", "order", "R1", "APPROVED"),
    ]);
    expect(lanes.map(({ label, dots }) => [label, dots.length])).toEqual([
      ["Order", 1],
      ["P1", 1],
      ["P2", 1],
      ["Webhooks", 2],
    ]);
  });

  it("keep the order of time within the width, and give a minute more than its share of a week", () => {
    const { lanes, isFolded } = layOutLanes([
      event("20T10:00", "package", "P1", "WAITING"),
      event("20T10:01", "package", "P1", "PREPARING"),
      event("27T10:01", "package", "P1", "DELIVERED"),
    ]);
    const [first, second, last] = lanes[0]!.dots.map(({ x }) => x);
    expect([first, last, isFolded]).toEqual([0, 1, true]);
    expect(second).toBeGreaterThan(0.1);
    expect(second).toBeLessThan(0.5);
  });

  it("have a bar from each state to the next, to the end for one that lasts and none after the last", () => {
    const bars = (state: string) =>
      layOutLanes([
        event("20T10:00", "package", "P1", "WAITING"),
        event("20T11:00", "package", "P1", state),
        event("20T12:00", "problem", "P1"),
      ]).lanes[0]!.bars.map(({ state: of, to }) => [of, to === 1]);
    expect(bars("OUT_OF_STOCK")).toEqual([
      ["WAITING", false],
      ["OUT_OF_STOCK", true],
    ]);
    expect(bars("DELIVERED")).toEqual([["WAITING", false]]);
  });

  it("stand in the middle where all happened at once", () => {
    const { lanes, ticks } = layOutLanes([event("20T10:00", "order", "R1", "APPROVED")]);
    expect([lanes[0]!.dots[0]!.x, ticks.length]).toEqual([0.5, 1]);
  });
});
