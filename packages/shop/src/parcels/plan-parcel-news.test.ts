import { DAY_MS, HOUR_MS } from "@drumline/core/clock";
import type { CarrierStatus } from "@drumline/outbound/carriers";
import { describe, expect, it } from "@jest/globals";

import { type KnownParcel, planParcelNews } from "./plan-parcel-news.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const TURN = { dueAt: null, now: NOW };
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);
const known = (change: Partial<KnownParcel> = {}): KnownParcel => ({
  status: "PACKED",
  packedAt: hoursAgo(10),
  failedChecks: 0,
  ...change,
});
const tracked = (status: CarrierStatus, events: [CarrierStatus, number][] = []) => ({
  kind: "tracked" as const,
  tracking: {
    status,
    events: events.map(([each, hours]) => ({
      status: each,
      occurredAt: hoursAgo(hours),
      location: null,
      description: null,
    })),
  },
});

describe("a carrier's word", () => {
  it.each<[KnownParcel["status"], CarrierStatus, string]>([
    ["PACKED", "CREATED", "PACKED"],
    ["PACKED", "SHIPPING", "SHIPPED"],
    ["PACKED", "ATTEMPTED_DELIVERY", "SHIPPED"],
    ["PACKED", "DELIVERED", "DELIVERED"],
    ["SHIPPED", "CREATED", "SHIPPED"],
    ["SHIPPED", "DELETED", "SHIPPED"],
    ["DELIVERED", "SHIPPING", "DELIVERED"],
  ])("to a parcel that is %s: %s makes it %s", (status, word, expected) => {
    expect(planParcelNews(known({ status }), tracked(word), TURN).status).toBe(expected);
  });

  it("counts by its events, in whatever order they stand, and takes the times from them", () => {
    const news = planParcelNews(
      known(),
      tracked("SHIPPING", [
        ["DELIVERED", 1],
        ["SHIPPING", 5],
        ["CREATED", 9],
      ]),
      TURN,
    );
    expect(news).toMatchObject({
      status: "DELIVERED",
      shippedAt: hoursAgo(5),
      deliveredAt: hoursAgo(1),
      nextCheckAt: null,
    });
  });

  it("from tomorrow is taken for now, and one from before the packing for then", () => {
    expect(planParcelNews(known(), tracked("SHIPPING", [["SHIPPING", -24]]), TURN).shippedAt).toEqual(NOW);
    expect(planParcelNews(known(), tracked("SHIPPING", [["SHIPPING", 900]]), TURN).shippedAt).toEqual(hoursAgo(10));
  });

  it("is asked for every hour at first, every six after four days, and is missed after thirty", () => {
    const nextAfter = (days: number) => {
      const news = planParcelNews(known({ packedAt: hoursAgo(days * 24) }), tracked("SHIPPING"), TURN);
      return [(news.nextCheckAt!.getTime() - NOW.getTime()) / HOUR_MS, news.isSilent];
    };
    expect([1, 5, 31].map(nextAfter)).toEqual([
      [1, false],
      [6, false],
      [6, true],
    ]);
  });

  it("that fails to come is asked for later each time, or when the carrier says", () => {
    const failed = { kind: "failed" as const, error: "down", retryAfterMs: null };
    const news = planParcelNews(known({ failedChecks: 20 }), failed, TURN);
    expect(news).toMatchObject({ status: "PACKED", failedChecks: 21, error: "down" });
    expect(news.nextCheckAt!.getTime() - NOW.getTime()).toBeLessThanOrEqual(6 * HOUR_MS);
    const asked = planParcelNews(known(), { ...failed, retryAfterMs: 2 * DAY_MS }, TURN);
    expect(asked.nextCheckAt).toEqual(new Date(NOW.getTime() + 2 * DAY_MS));
  });
});
