import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../seeded-random.ts";
import { faultSchema } from "./fault.ts";
import { createFaultSwitches } from "./fault-switches.ts";
import { disorderRecords } from "./disorder-records.ts";
import { spoilRecords } from "./spoil-records.ts";

const PATH = "/api/i1/orders/updates";
const fault = (fields: object) => faultSchema.parse({ match: "/api/i1/orders", ...fields });

describe("fault switches", () => {
  it("strike paths by prefix, and never the sandbox's own controls", () => {
    const switches = createFaultSwitches(1);
    switches.set([fault({ kind: "reset" }), fault({ kind: "slow", match: "/" })]);
    const struck = (path: string) => switches.strike(path).map((strike) => strike.fault.kind);
    expect(struck(PATH)).toEqual(["reset", "slow"]);
    expect(struck("/api/v1/stock/query")).toEqual(["slow"]);
    expect(struck("/_sandbox/faults")).toEqual([]);
  });

  it("wear out after their times", () => {
    const switches = createFaultSwitches(1);
    switches.set([fault({ kind: "reset", times: 2 })]);
    expect([1, 2, 3].map(() => switches.strike(PATH).length)).toEqual([1, 1, 0]);
    expect(switches.list()).toEqual([expect.objectContaining({ timesLeft: 0 })]);
  });

  it("strike at their rate, the same requests after each set with the same seed", () => {
    const strikes = () => {
      const switches = createFaultSwitches(7);
      switches.set([fault({ kind: "reset", rate: 0.3 })]);
      return Array.from({ length: 1_000 }, () => switches.strike(PATH).length);
    };
    const total = strikes().reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(250);
    expect(total).toBeLessThan(350);
    expect(strikes()).toEqual(strikes());
  });

  it.each([
    [{ kind: "status", status: 200 }, "status"],
    [{ kind: "explode" }, "kind"],
    [{ kind: "reset", rate: 2 }, "rate"],
    [{ kind: "reset", delayMs: 5 }, "delayMs"],
    [{ kind: "reset", match: "api" }, "path prefix"],
  ])("refuse %p", (fields, named) => {
    const parsed = faultSchema.safeParse({ match: "/", ...fields });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error!.issues)).toContain(named);
  });
});

describe("garbage", () => {
  const page = (count: number) => ({
    results: Array.from({ length: count }, (_, pk) => ({
      pk,
      modified_date: "2018-05-22T00:00:00.000Z",
      number: `n${pk}`,
      customer: { pk: 1, type: "guest" },
      orderitem_set: [{ pk: 1, quantity: 2, price: "1.00" }],
    })),
    has_more: true,
  });

  it("spoils at least one record and not the others, and keeps every pk and modified_date", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 50 }), (seed, count) => {
        const before = page(count);
        const after = JSON.parse(spoilRecords(JSON.stringify(before), 0.2, seededRandom(seed))) as typeof before;
        const spoiled = after.results.filter(
          (record, pk) => JSON.stringify(record) !== JSON.stringify(before.results[pk]),
        );
        expect(spoiled.length).toBeGreaterThan(0);
        expect(after.results.map(({ pk, modified_date }) => [pk, modified_date])).toEqual(
          before.results.map(({ pk, modified_date }) => [pk, modified_date]),
        );
        expect(after.has_more).toBe(true);
      }),
    );
  });

  it("leaves a body without records as it is", () => {
    const empty = JSON.stringify({ results: [], has_more: false });
    expect(spoilRecords(empty, 1, seededRandom(1))).toBe(empty);
  });
});

describe("disorder", () => {
  const page = JSON.stringify({ results: Array.from({ length: 20 }, (_, pk) => ({ pk })), has_more: true });
  const pksOf = (text: string) => (JSON.parse(text) as { results: { pk: number }[] }).results.map(({ pk }) => pk);
  const all = pksOf(page);

  it("sends the same records in another order", () => {
    const shuffled = pksOf(disorderRecords(page, "shuffled", seededRandom(1)));
    expect(shuffled).not.toEqual(all);
    expect(shuffled.toSorted((left, right) => left - right)).toEqual(all);
  });

  it("sends some of them twice, and loses none", () => {
    const doubled = pksOf(disorderRecords(page, "doubled", seededRandom(1)));
    expect(doubled.length).toBeGreaterThan(all.length);
    expect(new Set(doubled)).toEqual(new Set(all));
  });
});
