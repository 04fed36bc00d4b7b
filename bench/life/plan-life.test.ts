import { describe, expect, it } from "@jest/globals";

import { NEW_PLANS, PLAN_CHANGES } from "./cancellations.ts";
import { orderChangeKinds } from "./order-changes.ts";
import { planLife } from "./plan-life.ts";

const counts = { changes: 200, cancellations: 200, stockChanges: 100 };

describe("the plan of a life", () => {
  it("is the same for a seed, and another one for another", () => {
    expect(planLife(7, counts)).toEqual(planLife(7, counts));
    expect(planLife(7, counts)).not.toEqual(planLife(8, counts));
  });

  it("has every kind of change about as often as the others", () => {
    const events = planLife(1, counts);
    const times = (kind: string) => events.filter((event) => event.kind === kind).length;
    for (const kind of orderChangeKinds)
      expect(times(kind)).toBeGreaterThanOrEqual(Math.floor(200 / orderChangeKinds.length));
    for (const kind of NEW_PLANS) expect(times(kind)).toBe(25);
    for (const kind of PLAN_CHANGES) expect(times(kind)).toBeGreaterThan(20);
    expect(events.filter(({ area }) => area === "order")).toHaveLength(200);
    expect(events.filter(({ area }) => area === "plan")).toHaveLength(200);
  });

  it("is told in the order of its time", () => {
    const instants = planLife(3, counts).map(({ at }) => at);
    expect(instants).toEqual(instants.toSorted((left, right) => left - right));
    expect(Math.max(...instants)).toBeLessThanOrEqual(1);
  });
});
