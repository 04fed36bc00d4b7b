import { describe, expect, it } from "@jest/globals";

import { aLine, aLocation, anOrder, aPlanningInput, aRule, aScenario } from "../../../test/planning-factories.ts";
import type { Attempt } from "../rules/attempt-record.ts";
import type { Location } from "../rules/location.ts";
import { planFulfilment } from "../rules/plan-fulfilment.ts";
import type { PlanningInput } from "../rules/planning-input.ts";
import type { Rule } from "../rules/scenario.ts";
import type { WaitingLine, WaitingOrder } from "../rules/waiting-order.ts";
import { explainAttempt } from "./explain-attempt.ts";

const A = aLocation("A", { priority: 1 });
const B = aLocation("B", { priority: 2 });
const C = aLocation("C", { priority: 3 });

interface Setting {
  readonly lines: readonly WaitingLine[];
  readonly locations: readonly Location[];
  readonly stock: Parameters<typeof aPlanningInput>[1];
  readonly rules?: readonly Partial<Rule>[];
  readonly order?: Partial<WaitingOrder>;
  readonly input?: Partial<PlanningInput>;
}

/** As it comes back from the database. */
function attemptOf({ lines, locations, stock, rules, order = {}, input = {} }: Setting): Attempt {
  const distribution = rules === undefined ? [] : [aScenario(rules.map(aRule))];
  const [plan] = planFulfilment([anOrder(lines, order)], aPlanningInput(locations, stock, { distribution, ...input }));
  return JSON.parse(JSON.stringify(plan!.attempt)) as Attempt;
}

const explain = (setting: Setting) => explainAttempt(attemptOf(setting));

const changesOf = (setting: Setting, erpCode: string) =>
  explain(setting)
    .locations.find((location) => location.erpCode === erpCode)!
    .changes!.map(({ words }) => words);

describe("the explanation of an attempt", () => {
  it("says in one sentence what was planned where, and why the rest is short", () => {
    const { sentence } = explain({
      lines: [aLine(1, 3), aLine(2, 1)],
      locations: [A, B],
      stock: { A: { 1: 3 }, B: { 2: { onHand: 1, reserved: 1 } } },
    });
    expect(sentence).toBe(
      "3 of 4 units planned at A; 1 × sku-2 short: no location has it free: what there is is reserved.",
    );
  });

  it.each([
    ["no location carries it", {}, {}],
    ["the inventory engine does not know it", {}, { unknownSkus: new Set(["sku-1"]) }],
    ["no location has it free, and a discrepancy blocks it at A", { A: { 1: { onHand: 5, blocked: true } } }, {}],
  ])("finds that %s", (because, stock, input) => {
    expect(explain({ lines: [aLine(1, 1)], locations: [A], stock, input }).sentence).toBe(
      `0 of 1 unit planned; 1 × sku-1 short: ${because}.`,
    );
  });

  it("counts by rule and stage how many locations were left", () => {
    const locations = [A, B, C, aLocation("D", { type: "STORE" }), aLocation("E", { country: "AR" }), aLocation("F")];
    const { rules } = explain({
      lines: [aLine(1, 2)],
      locations,
      stock: { A: { 1: 5 }, B: { 1: 5 }, C: { 1: 1 }, D: { 1: 9 }, E: { 1: 9 }, F: { 1: 0 } },
      rules: [{ filter: { types: ["WAREHOUSE"], sameCountry: true } }],
      input: { locationCounts: { known: 47, active: 31 } },
    });
    expect(rules[0]!.funnel.map(({ stage, count }) => [stage, count])).toEqual([
      ["KNOWN", 47],
      ["ACTIVE", 31],
      ["CONSIDERED", 6],
      ["FILTER", 4],
      ["CARRIED", 4],
      ["ACCEPTED", 4],
      ["IN_STOCK", 3],
      ["ENOUGH", 2],
      ["PREFERRED", 1],
    ]);
    expect(rules[0]!.funnel.find(({ stage }) => stage === "FILTER")!.fell.map(({ reason }) => reason)).toEqual([
      "OTHER_TYPE",
      "OTHER_COUNTRY",
    ]);
  });

  it("keeps the reason of every rule, and not of the last one only", () => {
    const { locations } = explain({
      lines: [aLine(1, 2, { attributes: { seller: "B" } })],
      locations: [A, B],
      stock: { A: { 1: 1 }, B: { 1: 1 } },
    });
    const a = locations.find(({ erpCode }) => erpCode === "A")!;
    expect(a.byRule.map(({ rule, reason }) => [rule, reason])).toEqual([
      ["from the seller", "NOT_NAMED_BY_ITEM"],
      ["any location with stock", null],
    ]);
  });

  it("names the sort key by which the winner came before the runner-up", () => {
    const setting = { lines: [aLine(1, 1)], locations: [A, B, C], stock: { A: { 1: 1 }, B: { 1: 1 }, C: { 1: 7 } } };
    expect(explain(setting).winner).toMatchObject({
      erpCode: "A",
      runnerUp: "B",
      words: "A before B by priority: 1 against 2",
    });
    const byStock = explain({ ...setting, rules: [{ sort: [{ by: "STOCK", direction: "desc" }] }] });
    expect(byStock.winner).toMatchObject({ erpCode: "C", keys: [{ by: "STOCK", winner: 7, runnerUp: 1 }] });
  });

  it("reads an attempt that was recorded before rules were kept", () => {
    const { tried: _, ...old } = attemptOf({ lines: [aLine(1, 2)], locations: [A], stock: { A: { 1: 1 } } });
    const attempt: Attempt = {
      ...(old as Attempt),
      locations: [
        {
          erpCode: "A",
          stock: [{ sku: "sku-1", stock_count: 1, reservation_count: 1, quantity: 0 }],
          rejectedBy: "NO_STOCK",
          chosen: false,
        },
      ],
      shortfalls: [{ orderItemId: "10", units: 2, reason: "NO_STOCK" }],
      outcome: "SHORT",
    };
    const explanation = explainAttempt(attempt);
    expect(explanation).toMatchObject({ isFull: false, rules: [], winner: null });
    expect(explanation.sentence).toBe(
      "0 of 2 units planned; 2 × sku-1 short: no location has it free: what there is is reserved.",
    );
    expect(explanation.locations[0]).toMatchObject({
      changes: null,
      words: "has nothing free: 1 sku-1 on hand, 1 reserved",
    });
  });
});

describe("what would have changed an attempt", () => {
  it("finds the fewest units that would have been enough", () => {
    const setting = {
      lines: [aLine(1, 5)],
      locations: [A],
      stock: { A: { 1: { onHand: 2, safetyStock: 1 } } },
      rules: [{}],
    };
    expect(changesOf(setting, "A")).toEqual(["4 more units of sku-1 there"]);
  });

  it("knows of a discrepancy that is cleared, of an earlier failure, of a quota and of a filter", () => {
    const lines = [aLine(1, 1, { excludedLocationIds: [B.id] })];
    const full = aLocation("C", { maxQuota: 40, openPackages: 40 });
    const setting: Setting = {
      lines,
      locations: [A, B, full, aLocation("D", { type: "STORE", maxQuota: 9 })].map((location) => ({
        ...location,
        maxQuota: location.maxQuota ?? 9,
      })),
      stock: { A: { 1: { onHand: 5, blocked: true } }, B: { 1: 5 }, C: { 1: 5 }, D: { 1: 5 } },
      rules: [{ name: "warehouses", selectByQuota: true, filter: { types: ["WAREHOUSE"] } }],
    };
    expect(changesOf(setting, "A")).toContain("the discrepancy of sku-1 is cleared");
    expect(changesOf(setting, "B")).toContain("it had not failed this order before");
    expect(changesOf(setting, "C")).toContain("its quota is 41 instead of 40");
    expect(changesOf(setting, "D")).toContain("the rule “warehouses” lets it in");
  });

  it("says what a location that was not needed would have to be", () => {
    const setting = { lines: [aLine(1, 1)], locations: [A, C], stock: { A: { 1: 1 }, C: { 1: 1 } } };
    expect(changesOf(setting, "C")).toContain("its priority is 0 instead of 3");
  });

  it("plans by the distance that is on record", () => {
    const near = aLocation("N", { latitude: -23, longitude: -46 });
    const far = aLocation("F", { latitude: -3, longitude: -60 });
    const setting: Setting = {
      lines: [aLine(1, 1)],
      locations: [near, far],
      stock: { N: { 1: 1 }, F: { 1: 1 } },
      rules: [{ sort: [{ by: "DISTANCE", direction: "asc" }] }],
      order: { address: { ...anOrder([]).address, latitude: -22.9, longitude: -47 } },
    };
    const { winner, locations } = explain(setting);
    expect(winner).toMatchObject({ erpCode: "N", runnerUp: "F" });
    expect(locations.map(({ changes }) => changes)).not.toContain(null);
  });

  it("stays within a bounded record and time however big the order is", () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      aLocation(`L${index}`, { id: BigInt(index + 1), priority: index }),
    );
    const lines = Array.from({ length: 200 }, (_, index) => aLine(index + 1, 2));
    const stock = Object.fromEntries(
      many.map(({ erpCode }, at) => [
        erpCode,
        Object.fromEntries(lines.map((_, index) => [index + 1, at < 2 ? 1 : 0])),
      ]),
    );
    const attempt = attemptOf({ lines, locations: many, stock });
    expect(JSON.stringify(attempt).length).toBeLessThan(250_000);
    expect(explainAttempt(attempt).locations.length).toBeLessThanOrEqual(40);
  });
});
