import { describe, expect, it } from "@jest/globals";

import type { CarrierStatus, ParcelEvent } from "@drumline/outbound/carriers";
import { shipmentRules } from "../states/transition-rules.ts";
import { toEventsHash } from "./events-hash.ts";
import { type OpenShipment, planTracking } from "./plan-tracking.ts";
import { isForward } from "./shipment-status.ts";

const at = (text: string) => new Date(`2018-${text}Z`);
const now = at("03-10T12:00:00");
const shipment: OpenShipment = {
  id: 1n,
  carrierCode: "correios",
  trackingNumber: "T1",
  status: "SHIPPING",
  createdAt: at("03-01T00:00:00"),
  lastEventAt: at("03-02T00:00:00"),
  pollFailures: 0,
};
const event = (occurredAt: Date, status: CarrierStatus): ParcelEvent => ({
  occurredAt,
  status,
  location: null,
  description: null,
});
const tracked = (status: CarrierStatus, events: ParcelEvent[] = []) =>
  ({ kind: "tracked", tracking: { status, events } }) as const;

describe("a status from the carrier", () => {
  it.each([
    ["CREATED", "SHIPPING", true],
    ["CREATED", "DELIVERED", true],
    ["CREATED", "DELETED", true],
    ["CREATED", "CREATED", false],
    ["SHIPPING", "CREATED", false],
    ["SHIPPING", "SHIPPING", false],
    ["SHIPPING", "DELETED", false],
    ["SHIPPING", "ATTEMPTED_DELIVERY", true],
    ["ATTEMPTED_DELIVERY", "SHIPPING", false],
    ["ATTEMPTED_DELIVERY", "ATTEMPTED_DELIVERY", false],
    ["ATTEMPTED_DELIVERY", "READY_FOR_PICKUP", true],
    ["READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", true],
    ["DELIVERY_FAILED", "ATTEMPTED_DELIVERY", true],
    ["DELIVERY_FAILED", "DELIVERED", true],
    ["DELIVERED", "DELIVERY_FAILED", false],
    ["DELIVERED", "SHIPPING", false],
    ["DELETED", "SHIPPING", false],
  ] as const)("%s → %s moves on: %s", (from, to, moves) => {
    expect(isForward(from, to)).toBe(moves);
    const rule = to === "DELETED" ? shipmentRules.DELETE_SHIPMENT : shipmentRules.UPDATE_SHIPMENT_STATUS;
    if (moves) {
      expect(rule.from).toContain(from);
      expect(rule.to).toContain(to);
    }
  });
});

describe("a poll", () => {
  it("moves the parcel on, keeps its history and asks again no sooner than in an hour", () => {
    const events = [event(at("03-02T00:00:00"), "SHIPPING"), event(at("03-10T09:00:00"), "DELIVERED")];
    expect(planTracking(shipment, tracked("DELIVERED", events), now)).toEqual({
      to: "DELIVERED",
      events,
      announced: null,
      lastEventAt: at("03-10T09:00:00"),
      shippedAt: at("03-02T00:00:00"),
      deliveredAt: at("03-10T09:00:00"),
      rawStatus: "DELIVERED",
      nextPollAt: at("03-10T13:00:00"),
      pollFailures: 0,
      pollError: null,
    });
  });

  it("announces a parcel the carrier does not know, and asks about it no sooner than in an hour", () => {
    const parcel = { trackingNumber: "T1", awbNumber: null, labelUrl: null };
    const plan = planTracking(
      { ...shipment, status: "CREATED", trackingNumber: null },
      { kind: "announced", parcel },
      now,
    );
    expect(plan).toMatchObject({ to: null, announced: parcel, nextPollAt: at("03-10T13:00:00"), pollError: null });
  });

  it("without news writes no history", () => {
    const plan = planTracking(shipment, tracked("SHIPPING", [event(at("03-02T00:00:00"), "SHIPPING")]), now);
    expect(plan).toMatchObject({ to: null, events: [], lastEventAt: shipment.lastEventAt });
  });

  it("that fails changes no status and makes the next one later each time, up to a day", () => {
    const hours = [0, 1, 2, 4, 9].map((pollFailures) => {
      const failed = { kind: "failed", error: "broken", retryAfterMs: null } as const;
      const plan = planTracking({ ...shipment, pollFailures }, failed, now);
      expect(plan).toMatchObject({ to: null, pollFailures: pollFailures + 1, pollError: "broken", rawStatus: null });
      return (plan.nextPollAt.getTime() - now.getTime()) / 3_600_000;
    });
    expect(hours).toEqual([1, 2, 4, 16, 24]);
  });

  it("waits as long as the carrier asks it to, up to a day", () => {
    const failed = (hours: number) =>
      ({ kind: "failed", error: "slow down", retryAfterMs: hours * 3_600_000 }) as const;
    expect(planTracking(shipment, failed(20), now).nextPollAt).toEqual(at("03-11T08:00:00"));
    for (const hours of [48, 1e9, 1e300])
      expect(planTracking(shipment, failed(hours), now).nextPollAt).toEqual(at("03-11T12:00:00"));
  });

  it.each([
    ["an event 30 days ago", { lastEventAt: at("02-08T12:00:00") }, "EXPIRED"],
    ["an event a moment later", { lastEventAt: at("02-08T12:00:01") }, null],
    ["no event, announced 30 days ago", { lastEventAt: null, createdAt: at("02-08T12:00:00") }, "EXPIRED"],
    ["no event, announced lately", { lastEventAt: null }, null],
  ] as const)("after %s ends in %s", (_, change, to) => {
    expect(planTracking({ ...shipment, ...change }, tracked("SHIPPING"), now).to).toBe(to);
  });

  it("that fails ends the asking too, after thirty days", () => {
    const failed = { kind: "failed", error: "404", retryAfterMs: null } as const;
    expect(planTracking({ ...shipment, lastEventAt: at("02-08T12:00:00") }, failed, now)).toMatchObject({
      to: "EXPIRED",
      pollError: "404",
    });
    expect(planTracking({ ...shipment, lastEventAt: null, createdAt: at("01-20T00:00:00") }, failed, now).to).toBe(
      "EXPIRED",
    );
  });

  it("reads the same from events in any order, and takes in one that is told late", () => {
    const events = [
      event(at("03-01T00:00:00"), "CREATED"),
      event(at("03-02T00:00:00"), "SHIPPING"),
      event(at("03-03T00:00:00"), "DELIVERED"),
      event(at("03-04T00:00:00"), "DELIVERED"),
    ];
    for (const told of [events, events.toReversed()])
      expect(planTracking(shipment, tracked("DELIVERED", told), now)).toMatchObject({
        shippedAt: at("03-02T00:00:00"),
        deliveredAt: at("03-03T00:00:00"),
        lastEventAt: at("03-04T00:00:00"),
      });
    const known = { ...shipment, eventsHash: toEventsHash(events.slice(0, 2)) };
    expect(planTracking(known, tracked("SHIPPING", events.slice(0, 2).toReversed()), now).events).toEqual([]);
    const late = [...events.slice(0, 2), event(at("03-01T12:00:00"), "SHIPPING")];
    expect(planTracking(known, tracked("SHIPPING", late), now)).toMatchObject({
      events: late,
      shippedAt: at("03-01T12:00:00"),
    });
  });

  it("believes a delivery after a month of silence", () => {
    const silent = { ...shipment, lastEventAt: at("01-01T00:00:00") };
    expect(planTracking(silent, tracked("DELIVERED"), now)).toMatchObject({ to: "DELIVERED", deliveredAt: now });
  });
});
